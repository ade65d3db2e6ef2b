"""An app with a user pool of its own, and the import added to it."""

from __future__ import annotations

from cognito_drop.cdk import CognitoDrop, ImportSettings, TargetPool

import aws_cdk as cdk  # isort: skip  (after `cognito_drop`, which finds the Node that CDK starts)
from aws_cdk import aws_cognito as cognito
from constructs import Construct


class MembersStack(cdk.Stack):
    """The members of a club sign in with their email addresses; files of them are dropped under `inbox/members/`."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        members = cognito.UserPool(
            self,
            "Members",
            sign_in_aliases=cognito.SignInAliases(email=True),
            # Cognito imports only into pools that verify an email address or a phone number.
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            self_sign_up_enabled=False,
        )
        CognitoDrop(
            self, "Import", ImportSettings(pools={"members": TargetPool(members)}, emails=("club@example.com",))
        )


app = cdk.App()
MembersStack(app, "club-members")
app.synth()
