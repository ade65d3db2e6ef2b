"""Imports dropped CSV files into Amazon Cognito user pools: a construct for any AWS CDK app.

What is listed in `__all__` is the interface; everything else may change with any version.
"""

from __future__ import annotations

from cognito_drop import node  # noqa: F401  (before the first import of aws_cdk: it finds the Node that CDK starts)
from cognito_drop.config_error import ConfigError
from cognito_drop.construct import CognitoDrop
from cognito_drop.settings import Pool, Settings, TurnScope
from cognito_drop.subscription_config import Subscription

__all__ = ["CognitoDrop", "ConfigError", "Pool", "Settings", "Subscription", "TurnScope"]
