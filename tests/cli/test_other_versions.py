"""A stack that another version has deployed: what it lacks is a sentence that says what to do, in words and as JSON."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from cognito_drop.cli.exit_codes import ExitCode
from cognito_drop.contract.stack_outputs import StackOutput
from tests.cli.command import run

RUN = "0123456789abcdef0123456789abcdef"
LOOK = {"run_id": RUN, "action": "leave", "state": "ended", "unreadable": []}
AGAIN = "Deploy it again with this version."


def _deployed(
    monkeypatch: pytest.MonkeyPatch, *, without: StackOutput | None = None, pool: object = None, says: object = None
) -> None:
    """A stack with all outputs but one, a pool with these settings, and a sweep that answers so."""
    outputs = [
        {"OutputKey": output, "OutputValue": "100" if output is StackOutput.IMPORT_JOB_QUOTA else "x"}
        for output in StackOutput
        if output is not without
    ]
    stack = {"StackName": "s", "StackStatus": "UPDATE_COMPLETE", "Outputs": outputs}
    pools = [{"Name": "/s/pools/people", "Value": json.dumps({"id": "us-east-1_AbCdEf123"} if pool is None else pool)}]
    aws: Any = SimpleNamespace(
        region="us-east-1",
        dynamodb=None,
        cloudformation=SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [stack]}),
        ssm=SimpleNamespace(get_parameters_by_path=lambda **_: {"Parameters": pools}),
        functions_once=SimpleNamespace(invoke=lambda **_: {"Payload": io.BytesIO(json.dumps(says).encode())}),
    )
    monkeypatch.setattr("cognito_drop.cli.aws.Aws", lambda *_: aws)


def _assert_unusable(words: str, hint: str) -> None:
    said = run("repair", RUN)
    assert (said.code, said.out) == (ExitCode.NOT_FOUND, "")
    error, _, rest = said.shown.partition("\n")
    assert (words in error, hint in rest) == (True, True), said.err
    error_json = run("repair", RUN, "--output", "json").error
    assert (error_json["code"], words in error_json["message"]) == ("stack_unusable", True), error_json
    assert hint in error_json["hint"]


NOT_READ = (StackOutput.BUCKET_KEY_ARN, StackOutput.UNDELIVERED_QUEUE_URL, StackOutput.UNDO_STATE_MACHINE_ARN)
"""What `repair` does without."""


@pytest.mark.parametrize("output", [each for each in StackOutput if each not in NOT_READ])
def test_an_output_that_an_older_stack_lacks(monkeypatch: pytest.MonkeyPatch, output: StackOutput) -> None:
    """Each of them, by its name."""
    _deployed(monkeypatch, without=output, says=LOOK)
    _assert_unusable(f"has no output {output}.", "eploy it again with this version")


@pytest.mark.parametrize("says", [None, {}, {"repaired": 1}, [], "done"])
def test_a_request_that_an_older_sweep_does_not_know(monkeypatch: pytest.MonkeyPatch, says: object) -> None:
    """It sweeps and answers as it does every five minutes, or with nothing."""
    _deployed(monkeypatch, says=says)
    _assert_unusable("The sweep of the stack 's' does not know the request 'repair'.", AGAIN)


@pytest.mark.parametrize("pool", [{"id": "p", "known_users": "ask"}, {"id": "p", "part_rows": "many"}, {}, []])
def test_settings_of_pools_that_only_another_version_can_read(monkeypatch: pytest.MonkeyPatch, pool: object) -> None:
    """A value that this version does not know, or a parameter of another form."""
    _deployed(monkeypatch, pool=pool, says=LOOK)
    _assert_unusable("This version cannot read the settings of the pools of the stack 's'", "Use the version")


@pytest.mark.parametrize("says", [LOOK, {**LOOK, "later": 1}, {"run_id": RUN, "action": "leave", "state": "ended"}])
def test_more_or_less_in_the_answer_of_another_version(monkeypatch: pytest.MonkeyPatch, says: object) -> None:
    """What it says besides is left out; what it does not say has a default."""
    _deployed(monkeypatch, says=says)
    said = run("repair", RUN, "--output", "json")
    assert (said.code, said.data["message"]) == (ExitCode.CLEAN, "Nothing to repair: the run has ended.")
