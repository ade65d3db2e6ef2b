"""What must hold before a job starts, in the order in which it is checked, and what must go on holding while it works.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
Which class of error each condition gets is public only for the missing file; the texts are in `texts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.utilities.utils import get_partition

from localcloud.cognito_import import job_log, role_check, texts
from localcloud.cognito_import.exceptions import PreconditionNotMetError
from localcloud.cognito_import.job import JobStatus

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool

    from localcloud.cognito_import.job import UserImportJob

SERVICE: Final = "cognito-idp.amazonaws.com"
_GROUP_ACTIONS: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams")
_STREAM_ACTIONS: Final = ("logs:PutLogEvents",)


def check_start(job: UserImportJob, pool: CognitoIdpUserPool, active: UserImportJob | None) -> None:
    """Raise PreconditionNotMetException for the first condition that the job does not meet.

    `active` is another job that is active in the scope, if there is one.
    """
    if not job.was_uploaded:
        raise PreconditionNotMetError(texts.NO_FILE.format(job_id=job.job_id))
    if job.status is not JobStatus.CREATED:
        raise PreconditionNotMetError(texts.JOB_NOT_STARTABLE.format(job_id=job.job_id, status=job.status.value))
    if active is not None:
        raise PreconditionNotMetError(texts.ANOTHER_JOB_ACTIVE.format(job_id=active.job_id))
    obstacle = logging_obstacle(job, pool)
    if obstacle is not None:
        raise PreconditionNotMetError(obstacle)
    if not pool.extended_config.get("AutoVerifiedAttributes"):
        raise PreconditionNotMetError(texts.NO_AUTO_VERIFIED_ATTRIBUTE.format(pool_id=pool.id))


def logging_obstacle(job: UserImportJob, pool: CognitoIdpUserPool) -> str | None:
    """Why the job's role cannot be used to write its log, None when it can.

    IAM's own messages show actions on a log group with the group's ARN and `:log-stream:` appended; a policy that names
    the bare group is accepted as well, as AWS's sample policy ends in a wildcard that covers both.
    """
    role = role_check.find_role(job.logs_role_arn, pool.account_id, pool.region)
    if role is None or not role_check.trusts(role, SERVICE):
        return texts.ROLE_NOT_ASSUMABLE.format(role_arn=job.logs_role_arn)
    partition = get_partition(pool.region)
    group = f"arn:{partition}:logs:{pool.region}:{pool.account_id}:log-group:{job_log.group_name(pool)}"
    stream = f"{group}:log-stream:{job_log.stream_name(job)}"
    needed = [(action, (group, f"{group}:log-stream:")) for action in _GROUP_ACTIONS]
    needed += [(action, (stream, stream)) for action in _STREAM_ACTIONS]
    for action, resources in needed:
        if not any(role_check.allows(role, action, resource, pool.region) for resource in resources):
            return texts.ROLE_MAY_NOT_LOG.format(role_arn=job.logs_role_arn, action=action, resource=resources[0])
    return None
