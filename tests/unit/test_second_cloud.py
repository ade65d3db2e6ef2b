"""The comparison with a second emulator: what it changes in the template, and when it passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.fidelity import Difference
from tools.local_cloud import LocalCloud
from tools.second_cloud.comparison import NOTHING, Found, differences, unseen, unsettled
from tools.second_cloud.template import for_ministack, without_unknown_types

SELECTS = (
    '"TimeoutSeconds":930,"ResultPath":"$","ResultSelector":{"run_id.$":"$$.Execution.Input.run_id",'
    '"key.$":"$$.Execution.Input.key","file.$":"$"},"Resource":"'
)
COGNITO = LocalCloud("http://localhost:1", Path(), 1)
TLS = {"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:bucket/*"}
WAKE = {"Effect": "Allow", "Action": ["states:SendTaskSuccess"], "Resource": "arn:machine"}


def _template() -> str:
    return json.dumps(
        {
            "Resources": {
                "Query": {"Type": "AWS::Logs::QueryDefinition"},
                "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"A": "b"}}}},
                "Bucket": {
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {"PolicyDocument": {"Statement": [TLS, READ]}},
                },
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"Policies": [{"PolicyDocument": {"Statement": [WAKE, READ]}}]},
                },
                "Empty": {"Type": "AWS::SNS::Topic"},
                "Machine": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {"DefinitionString": {"Fn::Join": ["", [SELECTS, {"Ref": "Function"}]]}},
                },
            }
        }
    )


def _resources(*, enforced: bool) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(for_ministack(_template(), COGNITO, enforced=enforced))["Resources"]
    return found


def test_saved_queries_are_left_out_for_both_emulators() -> None:
    """Nothing else is, so that both get the same resources."""
    names = json.loads(_template())["Resources"].keys() - {"Query"}
    assert json.loads(without_unknown_types(_template()))["Resources"].keys() == names
    assert _resources(enforced=True).keys() == names


def test_the_result_of_a_state_is_put_beside_its_input() -> None:
    """Where the template selects members of the execution's input by the context object."""
    (text, function) = _resources(enforced=False)["Machine"]["Properties"]["DefinitionString"]["Fn::Join"][1]
    assert text == '"TimeoutSeconds":930,"ResultPath":"$.file","Resource":"'
    assert function == {"Ref": "Function"}


def test_functions_find_cognito_in_the_other_emulator() -> None:
    """The rest of their environment stays."""
    variables = _resources(enforced=False)["Function"]["Properties"]["Environment"]["Variables"]
    assert variables == {
        "A": "b",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": COGNITO.endpoint,
        "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": COGNITO.endpoint,
    }


def test_policies_are_changed_with_enforcement_only() -> None:
    """Plain HTTP is let in, and the task token's grant is on everything; every other statement stays."""
    for enforced, bucket, role in (
        (False, [TLS, READ], [WAKE, READ]),
        (True, [READ], [{**WAKE, "Resource": "*"}, READ]),
    ):
        found = _resources(enforced=enforced)
        assert found["Bucket"]["Properties"]["PolicyDocument"]["Statement"] == bucket
        assert found["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"] == role


def test_what_differs_is_found_by_its_place() -> None:
    """Also what only one of them has."""
    found = differences({"same": 1, "other": 1, "ours": 1}, {"same": 1, "other": 2, "theirs": 1}, "open")
    assert found == [
        Found("open/other", 1, 2),
        Found("open/ours", 1, NOTHING),
        Found("open/theirs", NOTHING, 1),
    ]


def test_a_difference_is_settled_by_a_row_and_a_row_by_a_difference() -> None:
    """What the table does not know is new; what it knows and is not seen any more is said too."""
    table = [Difference(difference="…", fault="theirs", source="…", places=["*/run/*/outcome", "*/queue/*"])]
    known, new = Found("open/run/a.csv/outcome", 1, 2), Found("open/run/a.csv/rows", 1, 2)
    assert unsettled([known, new], table) == [new]
    assert list(unseen([known, new], table)) == ["*/queue/*"]
