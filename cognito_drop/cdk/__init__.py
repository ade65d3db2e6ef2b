"""Imports dropped CSV files into Amazon Cognito user pools: a construct for any AWS CDK app.

What is listed in `__all__` is the interface; everything else may change with any version.
"""

from __future__ import annotations

from cognito_drop.cdk import node  # noqa: F401  (before the first import of aws_cdk: it finds the Node that CDK starts)
from cognito_drop.cdk.config_error import ConfigError
from cognito_drop.cdk.construct import CognitoDrop
from cognito_drop.cdk.deployed_import import DeployedImport
from cognito_drop.cdk.error_sentences import show_as_sentences
from cognito_drop.cdk.settings import ImportSettings, TargetPool
from cognito_drop.cdk.subscription_config import Subscription
from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.metric_names import Monitoring

__all__ = [
    "CognitoDrop",
    "ConfigError",
    "DeployedImport",
    "ImportSettings",
    "LockScope",
    "Monitoring",
    "Subscription",
    "TargetPool",
]

show_as_sentences()
