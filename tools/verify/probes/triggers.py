"""Which Lambda triggers of a user pool an import fires."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from tools.verify.account import PREFIX, good_rows
from tools.verify.observation import Seen

if TYPE_CHECKING:
    from tools.verify.account import Account

_CODE: Final = """
def handler(event, context):
    print("fired", event["triggerSource"])
    return event
"""
_TRIGGERS: Final = (
    "PreSignUp",
    "PostConfirmation",
    "CustomMessage",
    "PreAuthentication",
    "PostAuthentication",
    "PreTokenGeneration",
    "UserMigration",
)
_LOG_DELAY: Final = 60.0


def import_triggers(account: Account) -> Seen:
    """The triggers that fire while two users are imported; none is what localcloud imitates."""
    name = f"{PREFIX}-probe-triggers"
    functions = account.client("lambda")
    role = account.role("probe-triggers", {"Service": "lambda.amazonaws.com"}, {"Action": "logs:*", "Resource": "*"})
    arn = functions.create_function(
        FunctionName=name, Role=role, Runtime="python3.13", Handler="main.handler", Code={"ZipFile": _package()}
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name,
        StatementId="cognito",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
    )
    pool = account.pool("triggers", LambdaConfig=dict.fromkeys(_TRIGGERS, arn))
    account.run(pool, account.file(pool, good_rows(2, "trigger")))
    account.wait(_LOG_DELAY)
    logs, group = account.client("logs"), f"/aws/lambda/{name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:  # the function has never run
        return Seen({"fired": []})
    events = logs.filter_log_events(logGroupName=group, filterPattern="fired")["events"]
    return Seen({"fired": sorted({event["message"].strip().removeprefix("fired ") for event in events})})


def _package() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("main.py", _CODE)
    return content.getvalue()
