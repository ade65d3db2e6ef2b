"""What a process that forks emulators has in memory beside the modules: what botocore and moto know of services.

It is imported for that alone. An emulator answers a request to each service, and what moto, botocore, and the extension
work out at the first one is kept for all that are forked: most of a second of CPU for each.
Guarantees that no object of it is looked through when a forked process collects garbage, and that no thread is left.
"""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from localcloud.cloudformation.api import prepare, session
from localcloud.iam.resource_types import has_no_type
from localcloud.server import Server
from localcloud.settings import Settings

_FIRST_REQUESTS: Final = {
    "cloudformation": "list_stacks",
    "cloudwatch": "describe_alarms",
    "cognito-idp": "create_user_pool",
    "dynamodb": "list_tables",
    "events": "list_rules",
    "iam": "list_roles",
    "kms": "list_keys",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "s3": "list_buckets",
    "sns": "list_topics",
    "sqs": "list_queues",
    "ssm": "describe_parameters",
    "stepfunctions": "list_state_machines",
    "sts": "get_caller_identity",
}
"""Services of most stacks, and what costs the first request most."""
_PARAMETERS: Final = {"create_user_pool": {"PoolName": "preloaded"}}


def _answer_first_requests() -> None:
    with TemporaryDirectory() as folder, Server(Settings(port=0, data_dir=Path(folder))) as server:
        for service, operation in _FIRST_REQUESTS.items():
            client = session().client(service, region_name="us-east-1", endpoint_url=server.url)
            getattr(client, operation)(**_PARAMETERS.get(operation, {}))
            client.close()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()  # it served a connection that is closed


for _service in _FIRST_REQUESTS:
    prepare(_service)
has_no_type("s3:GetObject")  # it reads the table of all actions
_answer_first_requests()
gc.collect()
gc.freeze()
