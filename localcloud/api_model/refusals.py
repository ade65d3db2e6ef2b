"""With which error a service refuses a request that its model does not allow.

Most services answer with their framework's own error, "N validation errors detected: ...", under one of three codes.
Sources: the Common Errors page of each service's API reference (ValidationError, ValidationException); the errors that
the operations of Cognito user pools and CloudWatch Logs declare (InvalidParameterException);
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; the errors that SQS declares. The codes of SQS for
a missing parameter, and SerializationException and MalformedInput for what cannot be read, are known from public
reports only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localcloud.api_model.violation import lower_first
from localcloud.service_errors import ErrorCode

if TYPE_CHECKING:
    from localcloud.api_model.requests import ApiRequest
    from localcloud.api_model.violation import Violation

_BAD_REQUEST: Final = 400
_OWN_CODES: Final = {"cognito-idp": "InvalidParameterException", "logs": "InvalidParameterException"}
"""The default is the protocol's: ValidationError in the query protocol, ValidationException in others."""
_S3_CODES: Final = {
    "StorageClass": ("InvalidStorageClass", "The storage class you specified is not valid"),
    "BucketLocationConstraint": (
        "InvalidLocationConstraint",
        "The specified location-constraint is not valid",
    ),
    "ServerSideEncryption": (
        "InvalidEncryptionAlgorithmError",
        "The encryption request you specified is not valid. The valid value is AES256.",
    ),
}
"""By the shape whose enumeration has no such value."""
_MALFORMED: Final = (
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)


def refusal(called: ApiRequest, broken: list[Violation]) -> ErrorCode:
    """The error for a request that breaks these constraints."""
    if called.service == "s3":
        return _of_s3(called, broken[0])
    if called.service == "sqs":
        return _of_sqs(broken[0])
    default = "ValidationError" if _speaks_query(called) else "ValidationException"
    noun = "error" if len(broken) == 1 else "errors"
    sentences = "; ".join(map(str, broken))
    code = _OWN_CODES.get(called.service, default)
    return ErrorCode(_BAD_REQUEST, code, f"{len(broken)} validation {noun} detected: {sentences}", "ValidationError")


def unreadable(called: ApiRequest, why: str) -> ErrorCode:
    """The error for a request whose values are not of the model's types."""
    if called.service == "s3":
        return ErrorCode(_BAD_REQUEST, *_MALFORMED) if called.body else ErrorCode(_BAD_REQUEST, "InvalidArgument", why)
    return ErrorCode(_BAD_REQUEST, "MalformedInput" if _speaks_query(called) else "SerializationException", why)


def _speaks_query(called: ApiRequest) -> bool:
    return called.protocol in ("query", "ec2")


def _of_s3(called: ApiRequest, first: Violation) -> ErrorCode:
    if first.shape.name in _S3_CODES:
        return ErrorCode(_BAD_REQUEST, *_S3_CODES[first.shape.name])
    shape: Any = called.operation.input_shape
    in_body = {lower_first(name) for name, member in shape.members.items() if not member.is_not_bound_to_body}
    if first.path.partition(".")[0] in in_body:
        return ErrorCode(_BAD_REQUEST, *_MALFORMED)
    return ErrorCode(_BAD_REQUEST, "InvalidArgument", str(first))


def _of_sqs(first: Violation) -> ErrorCode:
    name = first.path.rpartition(".")[2]
    name = name[:1].upper() + name[1:]
    if first.value is None:
        sentence = f"The request must contain the parameter {name}."
        return ErrorCode(_BAD_REQUEST, "MissingRequiredParameterException", sentence, "MissingParameter")
    if first.shape.name in ("QueueAttributeMap", "AttributeNameList"):
        return ErrorCode(_BAD_REQUEST, "InvalidAttributeName", f"Unknown Attribute in {name}.")
    return ErrorCode(_BAD_REQUEST, "InvalidParameterValueException", str(first), "InvalidParameterValue")
