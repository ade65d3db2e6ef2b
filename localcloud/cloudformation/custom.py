"""Custom resources: values as strings, the invocation of their function, and waiting for its answer.

moto 5.2.5 invokes the function once, at creation, and goes on without its answer; an answer of failure it ignores. Here
the function is invoked asynchronously, with Lambda's retries, and the resource is created or has failed as the answer
says. A function whose last attempt fails cannot answer any more, so that the resource fails then; CloudFormation waits
until the timeout. Not imitated: updates and deletions of custom resources, of which moto does not notify the function.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from moto import settings
from moto.cloudformation.custom_model import CustomModel
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.moto_api._internal import mock_random

from localcloud.delivery import invocations

if TYPE_CHECKING:
    from localcloud.delivery.retries import Failure

_LONGEST_WAIT = 3600  # wall seconds, as the functions run for real; CloudFormation's own default
_NO_ANSWER: Final = (
    "CloudFormation did not receive a response from your Custom Resource. "
    "Please check your logs for requestId [{request_id}]."
)
_FAILED: Final = (
    "Received response status [{status}] from custom resource. Message returned: {reason} (RequestId: {request_id})"
)


class CustomResourceError(Exception):
    """A custom resource's function has reported a failure, or nothing."""


class CustomResource(CustomModel):
    """A custom resource and the answer of its function."""

    failure = ""
    """Why there is no resource; empty as long as the function has not failed."""

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,  # noqa: ANN401  (moto's signature)
    ) -> CustomResource:
        """Invoke the function, and wait for its answer. Raises CustomResourceError, and UndeliverableError."""
        properties = cloudformation_json["Properties"]
        made = cls(region_name, str(mock_random.uuid4()), kwargs["LogicalId"], resource_name)
        cloudformation_backends[account_id][region_name].get_stack(kwargs["StackId"]).add_custom_resource(made)
        host = f"{settings.moto_server_host()}:{settings.moto_server_port()}"
        request = {
            "RequestType": "Create",
            "ServiceToken": properties["ServiceToken"],
            "ResponseURL": f"{host}/cloudformation_{region_name}/cfnresponse?stack={kwargs['StackId']}",
            "StackId": kwargs["StackId"],
            "RequestId": made.request_id,
            "LogicalResourceId": made.logical_id,
            "ResourceType": kwargs["ResourceType"],
            "ResourceProperties": properties,
        }
        function, payload = properties["ServiceToken"], json.dumps(request).encode()
        invocations.post(account_id, region_name, function, payload, made.cannot_answer)
        made.wait(float(properties.get("ServiceTimeout", _LONGEST_WAIT)))
        return made

    def wait(self, seconds: float) -> None:
        """Wait so long until the function has answered. Raises CustomResourceError."""
        deadline = time.monotonic() + min(seconds, _LONGEST_WAIT)
        while not self.is_created():
            if not self.failure and time.monotonic() > deadline:
                self.failure = _NO_ANSWER.format(request_id=self.request_id)
            if self.failure:
                raise CustomResourceError(self.failure)
            time.sleep(0.05)

    def fail(self, status: str, reason: str) -> None:
        """Take an answer that reports no success."""
        self.failure = _FAILED.format(status=status, reason=reason, request_id=self.request_id)

    def cannot_answer(self, failure: Failure) -> None:
        """Fail, because the function is not invoked again."""
        self.failure = f"{_NO_ANSWER.format(request_id=self.request_id)} {failure.error}"


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    CloudFormationResponse.process_cfn_response = _receive  # type: ignore[method-assign]


def as_strings(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource with every scalar of its properties as a string, as CloudFormation sends them."""
    return {**resource, "Properties": _as_strings(resource["Properties"])}


def _receive(self: CloudFormationResponse) -> tuple[int, dict[str, int], str]:
    """What a function has sent to the response URL. The deployment waits for it."""
    stack = self.cloudformation_backend.get_stack(self._get_param("StackId"))
    resource = stack.get_custom_resource(self._get_param("LogicalResourceId"))
    status = self._get_param("Status")
    if status == "SUCCESS":
        resource.set_data(self._get_param("Data") or {})
    elif isinstance(resource, CustomResource):
        resource.fail(str(status), str(self._get_param("Reason")))
    return 200, {"status": 200}, json.dumps("{}")


def _as_strings(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(value, dict):
        return {name: _as_strings(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_strings(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
