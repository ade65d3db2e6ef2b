"""What `cognito-drop doctor` prints of its findings: each where it belongs, with commands that can be copied."""

from __future__ import annotations

import importlib
import io
from dataclasses import replace
from typing import Any, cast
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from cognito_drop.cli.base_command import Context
from cognito_drop.cli.doctor.finding import error

doctor = importlib.import_module("cognito_drop.cli.commands.doctor")  # the module: the package has the command


def test_what_is_gone_is_reported_by_the_check_that_is_about_it() -> None:
    """Which has not passed then; the command that restores it is said once."""
    gone = error("resource_gone", "The subscription is gone.", "Restore it:", command="aws x", resource="arn:1")
    rule = replace(gone, message="The rule is gone.", resource="arn:2")
    found = {"resources": [replace(gone, check="subscriptions"), rule], "subscriptions": []}
    assert not doctor._report_once(found)  # noqa: SLF001
    assert found == {"resources": [rule], "subscriptions": [replace(gone, check="subscriptions")]}
    said: set[str] = set()
    shown = Console(file=io.StringIO(), width=100)
    for check, findings in found.items():
        shown.print(*doctor._lines(f"all {check}", findings, said), sep="\n")  # noqa: SLF001
    text = cast("io.StringIO", shown.file).getvalue()
    assert "✓" not in text
    assert text.count("aws x") == 1
    assert "The same command as above restores it." in text


def test_programs_are_given_each_command_once() -> None:
    """Executed again, a change set has no changes and fails; the later findings name the check that has the command."""
    rule = error("rule_gone", "The rule is gone.", "Restore it:", command="aws x")
    found = {"resources": [rule, replace(rule, code="role_gone"), error("other", "O.", "Do it.")], "logs_role": [rule]}
    (resources, role) = doctor._checks(found)  # noqa: SLF001
    first, second, third = resources["findings"]
    (fourth,) = role["findings"]
    assert (first["command"], first["fix"]) == ("aws x", "Restore it:")
    for later in (second, fourth):
        assert "command" not in later
        assert later["fixed_by"] == "resources"
        assert later["fix"] == "The command of an earlier finding, of the check resources, fixes this too."
    assert not {"command", "fixed_by"} & third.keys()


@pytest.mark.parametrize(
    ("given", "env", "options"),
    [
        ((None, None), {}, ""),
        (("prod", "eu-west-1"), {}, " --profile prod --region eu-west-1"),
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-1"}, " --region eu-west-1"),
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}, ""),
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-1"}, " --region eu-west-1"),
        (("my profile", None), {"AWS_ENDPOINT_URL": "http://[::1]:1"},
         " --profile 'my profile' --endpoint-url 'http://[::1]:1'"),
    ],
)  # fmt: skip
def test_printed_commands_lead_to_the_deployment_that_was_read(
    given: tuple[str | None, str | None], env: dict[str, str], options: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the shell has in which they are executed, and with either version of the AWS CLI."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert Context("s", *given).aws_options == options
    one = error("c", "M.", "F:", command="aws sns a --value 'my aws b' && aws sqs b")
    assert doctor._for_here(one, options).command == (  # noqa: SLF001
        f"aws{options} sns a --value 'my aws b' && aws{options} sqs b"
    )
    other = error("c", "M.", "F:", command="cognito-drop undo aws")
    assert doctor._for_here(other, options) == other  # noqa: SLF001


def test_what_has_no_fix_has_no_arrow() -> None:
    """AWS's answer says all that is known."""
    answer = ClientError({"Error": {"Code": "NotFound", "Message": "No topic."}}, "ListSubscriptionsByTopic")
    found = doctor._findings(cast("Any", None), Mock(side_effect=answer))  # noqa: SLF001
    shown = Console(file=io.StringIO(), width=200)
    shown.print(*doctor._lines("all", found, set()), sep="\n")  # noqa: SLF001
    text = cast("io.StringIO", shown.file).getvalue()
    assert text.endswith("The check could not run. AWS answered ListSubscriptionsByTopic with NotFound: No topic.\n")
