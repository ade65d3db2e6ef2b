"""The helper that holds answers against the service model must see what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from moto.core.utils import get_service_model

from tests.localcloud.service_model import broken_members

JOB: dict[str, Any] = {"JobId": "import-9sHxosU7BP", "Status": "Created", "ImportedUsers": 0, "CreationDate": 1.5}


def broken(job: dict[str, Any]) -> list[str]:
    """What is wrong with the job as an answer to DescribeUserImportJob."""
    shape = get_service_model("cognito-idp").operation_model("DescribeUserImportJob").output_shape
    return list(broken_members(shape, {"UserImportJob": job}))


def test_a_good_answer_has_nothing_wrong() -> None:
    """No false alarm."""
    assert broken(JOB) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Progress": 1}, "unknown member Progress"),
        ({"ImportedUsers": "0"}, "not a long"),
        ({"ImportedUsers": True}, "not a long"),
        ({"CreationDate": "2016-08-11"}, "not a timestamp"),
        ({"Status": "Running"}, "none of"),
        ({"JobId": "job 1"}, "does not fit"),
        ({"JobName": "a" * 129}, "129 characters"),
    ],
)
def test_each_kind_of_mistake_is_seen(change: dict[str, Any], sentence: str) -> None:
    """Unknown members, wrong types, values outside of their sets and patterns are named."""
    (found,) = broken(JOB | change)
    assert sentence in found


def test_a_missing_required_member_is_seen() -> None:
    """What the model requires must be there."""
    shape = get_service_model("cognito-idp").operation_model("DescribeUserImportJob").input_shape
    assert list(broken_members(shape, {"JobId": "import-a"})) == ["answer lacks the required member UserPoolId"]
