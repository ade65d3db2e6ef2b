"""A job that someone starts by hand beside the runs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from cognito_drop.aws.import_jobs import UploadTarget
from cognito_drop.aws.upload import upload
from tests.scenarios.world import HELD, user

if TYPE_CHECKING:
    from tests.scenarios.world import World


def start_foreign_job(world: World) -> str:
    """Start it in the pool whose jobs are active until they are stopped; return its id."""
    cognito, pool = world.cloud.client("cognito-idp"), world.pools["held"]
    arn = world.cloud.client("iam").get_role(RoleName=world.logs_role)["Role"]["Arn"]
    body = world.csv("held", (user(f"foreign{number}") for number in range(HELD)))  # before the URL: it ends soon
    job: dict[str, Any] = cognito.create_user_import_job(JobName="by hand", UserPoolId=pool, CloudWatchLogsRoleArn=arn)[
        "UserImportJob"
    ]
    upload(UploadTarget(job["PreSignedUrl"]), io.BytesIO(body), len(body))
    cognito.start_user_import_job(UserPoolId=pool, JobId=job["JobId"])
    return str(job["JobId"])
