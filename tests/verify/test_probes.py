"""Each probe writes what it sees: with a default of localcloud turned round, its row is another one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from localcloud.choices import (
    BirthdateForm,
    HashColumns,
    HashedSrp,
    JobScope,
    OddPoolLog,
    Pbkdf2Form,
    Refusal,
    RepeatedAlias,
    ResetSrp,
    RoleFailure,
)
from localcloud.observed import as_json, read_setting
from localcloud.settings import Settings
from tests.verify.mock_account import opened_account
from tools.verify.account import AccountError
from tools.verify.probes import LATER, PROBES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tools.verify.observation import Seen

TURNED: dict[str, tuple[str, object]] = {
    "import_refusal": ("start-beside-other-job", Refusal.PARAMETER),
    "import_role_failure": ("start-with-unusable-role", RoleFailure.JOB),
    "import_stopping": ("stop-of-running-job", 3.0),
    "import_counts_at_end": ("stop-of-running-job", True),
    "import_stops_twice": ("stop-of-running-job", True),
    "import_pending": ("pending", 4.0),
    "import_empty_list": ("empty-list", False),
    "import_page_size": ("page-size", 60),
    "import_token_after_full_page": ("full-last-page", True),
    "import_sparse_answers": ("answers", True),
    "import_password_hashes": ("hash-column", HashColumns("taken")),
    "import_pbkdf2_form": ("pbkdf2-hashes", Pbkdf2Form.ANY),
    "import_failed_ratio": ("failure-threshold", 0.75),
    "import_birthdate": ("birthdate", BirthdateForm.ATTRIBUTE),
    "import_repeated_alias": ("repeated-alias", RepeatedAlias.MOVE),
    "import_stopped_counts": ("stop-of-running-job", False),
    "import_reads_quotes": ("quotation-marks", True),
    "import_doubles_backslashes": ("backslashes", True),
    "import_takes_missing_columns": ("columns-missing", True),
    "import_skips_blank_lines": ("blank-lines", False),
    "import_log_odd_pool": ("odd-pool-log", OddPoolLog.UNDERSCORES),
    "import_log_delay": ("log-delay", 20.0),
    "import_url_lifetime": ("upload-url", 600.0),
    "sign_in_reset_srp": ("srp-before-reset", ResetSrp.INVALID),
    "sign_in_hashed_srp": ("srp-with-a-hash", HashedSrp.PROOF),
    "import_lowers_names": ("capital-letters", True),
    "user_filter_reads_backslashes": ("filters", False),
    "user_filter_ignores_case": ("filters", True),
}
"""Settings, each with the probe that watches it and a value that is not the default."""
TURNED_ALONE: dict[str, tuple[str, object]] = {
    "import_scope": ("start-beside-other-job", JobScope.POOL),
    "import_repeated_alias": ("repeated-alias", RepeatedAlias.SKIP),
    "import_log_odd_pool": ("odd-pool-log", OddPoolLog.NOWHERE),
    "import_stopping": ("stop-of-running-job", 0.0),
    "import_password_hashes": ("hash-column", HashColumns("listed")),
}
"""The same, each in an account of its own."""
ELSEWHERE = {"pass-role", "job-limit-begins"}
"""Probes that need a server which enforces IAM, or a pool that takes few jobs."""
DEFAULTS = {field.name: field.default for field in dataclasses.fields(Settings)}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """What each probe sees in localcloud as it is by default; all of them run in one account."""
    return _seen(tmp_path_factory.mktemp("usual"), PROBES.keys() - ELSEWHERE)


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """What the probes see where every default is turned round."""
    settings = {name: value for name, (_, value) in TURNED.items()}
    return _seen(tmp_path_factory.mktemp("turned"), {probe for probe, _ in TURNED.values()}, **settings)


@pytest.mark.parametrize("setting", TURNED)
def test_a_default_turned_round_gives_another_row(
    usual: dict[str, Seen], turned: dict[str, Seen], setting: str
) -> None:
    """And the row's settings are those that localcloud runs with."""
    probe, value = TURNED[setting]
    assert turned[probe].what != usual[probe].what
    expected = pytest.approx(value, abs=1) if setting == "import_log_delay" else value  # it is polled once a second
    assert _as_read(turned[probe])[setting] == expected


@pytest.mark.parametrize("setting", TURNED_ALONE)
def test_one_default_turned_round_gives_another_row(tmp_path: Path, usual: dict[str, Seen], setting: str) -> None:
    """Where nothing else is changed."""
    probe, value = TURNED_ALONE[setting]
    seen = _seen(tmp_path, [probe], **{setting: value})[probe]
    assert seen.what != usual[probe].what
    assert _as_read(seen)[setting] == value


def test_the_usual_rows_give_the_defaults(usual: dict[str, Seen]) -> None:
    """No probe sees another value than the one that localcloud has."""
    found = {name: value for seen in usual.values() for name, value in _as_read(seen).items()}
    assert found == {name: DEFAULTS[name] for name in found}
    shown = TURNED.keys() | TURNED_ALONE.keys()
    assert shown - found.keys() == {"import_pbkdf2_form", "sign_in_hashed_srp"}  # by default no pool takes a hash


def test_the_limit_of_jobs_is_seen_and_whether_expired_ones_count(tmp_path: Path) -> None:
    """They do, in localcloud."""
    with opened_account(tmp_path, import_job_limit=3) as account:
        assert PROBES["job-limit-begins"].look(account).settings == {"import_job_limit": 3}
        with pytest.raises(AccountError):
            LATER["job-limit"].look(account)
        account.wait(90_000)
        seen = LATER["job-limit"].look(account)
    assert isinstance(seen.what, dict)
    assert seen.what["code"] == "LimitExceededException"


def _seen(data_dir: Path, names: Iterable[str], **settings: object) -> dict[str, Seen]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        with opened_account(data_dir, **settings) as account:
            return {name: PROBES[name].look(account) for name in PROBES if name in names}


def _as_read(seen: Seen) -> dict[str, object]:
    """The row's settings as localcloud reads them from the file."""
    return {name: read_setting(name, value) for name, value in as_json(seen.settings).items()}
