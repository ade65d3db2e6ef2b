"""The stack that is deployed by itself: CDK context in, one construct of `cognito_drop`, outputs out."""

from __future__ import annotations

import cognito_drop.cdk  # noqa: F401  (before the first import of aws_cdk: it finds the Node that CDK starts)
