"""What must hold before a job starts, in the order in which it is checked, and what must go on holding while it works.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
Which class of error each condition gets is public only for the missing file (the setting `import_refusal` chooses the
others'); the texts are in `texts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from moto.utilities.utils import get_partition

from localcloud.choices import RoleFailure
from localcloud.cloud import current
from localcloud.cognito_import import job_log, texts
from localcloud.cognito_import.exceptions import PreconditionNotMetError, refused
from localcloud.cognito_import.job import JobStatus
from localcloud.iam.policies import Question, Verdict
from localcloud.iam.roles import find_role, role_verdict, trusts

if TYPE_CHECKING:
    from moto.cognitoidp.models import CognitoIdpUserPool
    from moto.iam.models import Role

    from localcloud.cognito_import.job import UserImportJob

SERVICE: Final = "cognito-idp.amazonaws.com"
_GROUP_ACTIONS: Final = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams")
_STREAM_ACTIONS: Final = ("logs:PutLogEvents",)


def check_start(job: UserImportJob, pool: CognitoIdpUserPool, active: UserImportJob | None) -> None:
    """Refuse the start for the first condition that the job does not meet.

    `active` is another job that is active in the scope, if there is one.
    """
    if not job.was_uploaded:
        raise PreconditionNotMetError(texts.NO_FILE.format(job_id=job.job_id))
    if job.status is not JobStatus.CREATED:
        raise refused(texts.JOB_NOT_STARTABLE.format(job_id=job.job_id, status=job.status.value))
    if active is not None:
        raise refused(texts.ANOTHER_JOB_ACTIVE.format(job_id=active.job_id))
    obstacle = logging_obstacle(job, pool)
    if obstacle is not None and current().settings.import_role_failure is RoleFailure.START:
        raise refused(obstacle)
    if not pool.extended_config.get("AutoVerifiedAttributes"):
        raise refused(texts.NO_AUTO_VERIFIED_ATTRIBUTE.format(pool_id=pool.id))


def logging_obstacle(job: UserImportJob, pool: CognitoIdpUserPool) -> str | None:
    """Why the job's role cannot be used to write its log, None when it can.

    IAM's own messages show actions on a log group with the group's ARN and `:log-stream:` appended; a policy that names
    the bare group is accepted as well, as AWS's sample policy ends in a wildcard that covers both. Statements with
    conditions grant and deny nothing, as what Cognito holds against them is not known: one public project had to drop
    aws:SourceAccount and aws:SourceArn.
    """
    role = find_role(job.logs_role_arn)
    if role is None or not trusts(role, SERVICE):
        return texts.ROLE_NOT_ASSUMABLE.format(role_arn=job.logs_role_arn)
    partition = get_partition(pool.region)
    name = job_log.group_name(pool, current().settings.import_log_odd_pool) or job_log.plain_group_name(pool)
    group = f"arn:{partition}:logs:{pool.region}:{pool.account_id}:log-group:{name}"
    stream = f"{group}:log-stream:{job_log.stream_name(job)}"
    needed = [(action, (group, f"{group}:log-stream:")) for action in _GROUP_ACTIONS]
    needed += [(action, (stream, stream)) for action in _STREAM_ACTIONS]
    for action, resources in needed:
        allowed = [resource for resource in resources if _allows(role, action, resource)]
        if not allowed:
            return texts.ROLE_MAY_NOT_LOG.format(role_arn=job.logs_role_arn, action=action, resource=resources[0])
        current().access_log.allowed(job.logs_role_arn, action, allowed[0])
    return None


def _allows(role: Role, action: str, resource: str) -> bool:
    return role_verdict(role, Question(action, resource), with_conditions=False) is Verdict.ALLOWED
