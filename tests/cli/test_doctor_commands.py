"""What `cognito-drop doctor` prints of its findings: each where it belongs, with commands that can be copied."""

from __future__ import annotations

import importlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from cognito_drop.cli.base_command import Context, operator_command
from cognito_drop.cli.doctor.finding import error
from cognito_drop.cli.errors import CommandError, ErrorCode

if TYPE_CHECKING:
    from pathlib import Path

    from cognito_drop.cli.result import Result

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


def test_what_another_check_does_not_say_of_a_resource_is_reported() -> None:
    """A bucket's policy has the bucket's physical id; lifecycle rules are not said by a finding about versioning."""
    versioning = error("bucket_unversioned", "V.", "Do.", resource="b", properties=("VersioningConfiguration",))
    policy = error("resource_gone", "The policy.", "Restore it:", resource="b")
    changed = [
        error("resource_changed", "C.", "Restore it:", resource=name, properties=properties)
        for name, properties in (
            ("b", ("VersioningConfiguration",)),
            ("b", ("LifecycleConfiguration", "VersioningConfiguration")),
            ("c", ("VersioningConfiguration",)),
            ("role", ("MaxSessionDuration",)),
        )
    ]
    role = error("logs_role_trust", "T.", "Restore it:", resource="role")
    found = {"resources": [policy, *changed], "bucket": [versioning], "logs_role": [role]}
    assert not doctor._report_once(found)  # noqa: SLF001
    assert found["resources"] == [policy, *changed[1:3]]


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
        (("prod", "eu-west-1"), {}, "--profile prod --region eu-west-1"),
        (("my profile", None), {}, "--profile 'my profile' --region eu-south-1"),
        ((None, None), {"AWS_PROFILE": "prod"}, "--region eu-north-1"),
        ((None, None), {"AWS_DEFAULT_REGION": "eu-west-2"}, "--region eu-west-2"),
        # click reads AWS_REGION, as the option
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-1"}, "--region eu-west-1"),
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}, "--region eu-west-1"),
        ((None, "eu-west-1"), {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-2"}, "--region eu-west-1"),
    ],
)  # fmt: skip
def test_printed_commands_lead_to_the_deployment_that_was_read(
    given: tuple[str | None, str | None],
    env: dict[str, str],
    options: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Whatever the shell has in which they are executed, and with either version of the AWS CLI."""
    config = tmp_path / "config"
    config.write_text("[profile prod]\nregion = eu-north-1\n[profile 'my profile']\nregion = eu-south-1\n", "utf-8")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**env, "AWS_CONFIG_FILE": str(config)}.items():
        monkeypatch.setenv(name, value)
    context = Context("s", *given)
    assert context.from_any_shell("aws sns a --value 'my aws b' && aws sqs b") == (
        f"aws {options} sns a --value 'my aws b' && aws {options} sqs b"
    )
    assert context.from_any_shell("cognito-drop undo aws --yes") == f"cognito-drop undo --stack s {options} aws --yes"
    assert not context.from_any_shell("")


def test_printed_commands_lead_to_the_endpoint_that_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """By an option or, for this command, by the variable; the stack of this name needs no option."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://[::1]:1")
    context = Context("cognito-drop", None, "eu-west-1")
    assert context.from_any_shell("aws sqs b") == "aws --region eu-west-1 --endpoint-url 'http://[::1]:1' sqs b"
    assert context.from_any_shell("cognito-drop repair 1") == (
        "AWS_ENDPOINT_URL='http://[::1]:1' cognito-drop repair --region eu-west-1 1"
    )


@pytest.mark.parametrize(
    ("given", "env", "options"),
    [
        (("cognito-drop", None, None), {}, ""),
        (("other", "prod", "eu-west-1"), {}, " --stack other --profile prod --region eu-west-1"),
        (("other", None, "eu-west-1"), {"COGNITO_DROP_STACK": "other", "AWS_REGION": "eu-west-1"}, ""),
        (("cognito-drop", None, "eu-west-2"), {"COGNITO_DROP_STACK": "other", "AWS_REGION": "eu-west-1"},
         " --stack cognito-drop --region eu-west-2"),
    ],
)  # fmt: skip
def test_proposed_commands_have_the_options_of_the_call(
    given: tuple[str, str | None, str | None],
    env: dict[str, str],
    options: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They are for the same shell: what its environment has is not repeated."""
    for name in ("AWS_REGION", "COGNITO_DROP_STACK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**env, "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    Context(*given).messages.say("Follow it with `cognito-drop watch 1`, or see cognito-drop.")
    assert capsys.readouterr().err == (f"Follow it with `cognito-drop watch{options} 1`, or see cognito-drop.\n")


def test_commands_in_hints_of_errors_have_the_options_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """For people and programs."""
    monkeypatch.delenv("COGNITO_DROP_STACK", raising=False)

    def refuse(_: Context) -> Result:
        raise CommandError(ErrorCode.RUN_NOT_ENDED, "It goes on.", "Follow it with `cognito-drop watch 1`.")

    with pytest.raises(CommandError) as raised:
        operator_command("refuse")(refuse).main(["--stack", "other"], standalone_mode=False)
    assert raised.value.hint == "Follow it with `cognito-drop watch --stack other 1`."


def test_what_has_no_fix_has_no_arrow() -> None:
    """AWS's answer says all that is known."""
    answer = ClientError({"Error": {"Code": "NotFound", "Message": "No topic."}}, "ListSubscriptionsByTopic")
    found = doctor._findings(cast("Any", None), Mock(side_effect=answer))  # noqa: SLF001
    shown = Console(file=io.StringIO(), width=200)
    shown.print(*doctor._lines("all", found, set()), sep="\n")  # noqa: SLF001
    text = cast("io.StringIO", shown.file).getvalue()
    assert text.endswith("The check could not run. AWS answered ListSubscriptionsByTopic with NotFound: No topic.\n")
