"""A function's environment variables."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass

import pytest

from cognito_drop.contract.environment import ImportQueueVariables, LockScope, MissingVariableError
from lambdas.runtime.function import FunctionEnv


@dataclass(frozen=True, slots=True)
class Sample(FunctionEnv[str]):
    """One field of each type."""

    table_name: str
    longest_wait: int

    def use_case(self) -> str:
        """Shows what it was made from."""
        return f"{self.table_name} {self.longest_wait}"


ENV = {"TABLE_NAME": "ledger", "LONGEST_WAIT": "600", "OTHER": "x"}


def test_each_field_is_a_variable_in_capitals() -> None:
    """Texts and whole numbers are read; other variables are not read."""
    assert Sample.from_env(ENV) == Sample("ledger", 600)


@pytest.mark.parametrize("name", ["TABLE_NAME", "LONGEST_WAIT"])
def test_a_missing_variable_is_named(name: str) -> None:
    """One sentence says what to set."""
    env = {key: value for key, value in ENV.items() if key != name}
    with pytest.raises(MissingVariableError, match=f"^The environment variable {name} is not set.$"):
        Sample.from_env(env)


def test_a_malformed_value_is_an_error() -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="invalid literal"):
        Sample.from_env({**ENV, "LONGEST_WAIT": "ten"})


def test_a_function_reads_what_the_stack_has_written() -> None:
    """Strings, integers, and words of an enumeration arrive as they were."""
    written = ImportQueueVariables(
        table_name="ledger", pools_path="/pools", import_job_quota=1000, lock_scope=LockScope.POOL, longest_wait=600,
        notification_topic="arn:aws:sns:us-east-1:123456789012:drops",
    )  # fmt: skip
    assert written.to_env() == {
        "TABLE_NAME": "ledger", "POOLS_PATH": "/pools", "IMPORT_JOB_QUOTA": "1000", "LOCK_SCOPE": "pool",
        "LONGEST_WAIT": "600", "NOTIFICATION_TOPIC": "arn:aws:sns:us-east-1:123456789012:drops",
    }  # fmt: skip
    read = ImportQueueVariables.from_env(written.to_env())
    assert (read, type(read.lock_scope)) == (written, LockScope)


def test_an_environment_does_not_change() -> None:
    """They are read once for an execution environment."""
    found = Sample.from_env(ENV)
    with pytest.raises(FrozenInstanceError):
        found.table_name = "other"  # type: ignore[misc]
