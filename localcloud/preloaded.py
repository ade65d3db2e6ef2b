"""What a process that forks emulators has in memory beside the modules: what botocore and moto know of services.

It is imported for that alone. Guarantees that no object of it is looked through when a forked process collects garbage.
"""

from __future__ import annotations

import gc

from localcloud.cloudformation.api import prepare

_OF_MOST_STACKS = (
    "cloudformation", "cloudwatch", "cognito-idp", "dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "sns",
    "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip

for _service in _OF_MOST_STACKS:
    prepare(_service)
gc.collect()
gc.freeze()
