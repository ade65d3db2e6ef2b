"""Loops over pools, groups, and jobs stay below Cognito's rates, also where an answer takes no time."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from cognito_drop.aws.import_jobs import UserImports
from cognito_drop.aws.user_groups import UserGroups
from cognito_drop.cli.deployment import ServedPool
from cognito_drop.cli.doctor.pools import job_findings, pool_findings
from cognito_drop.core.pools.pool_settings import PoolSettings
from lambdas.sweep.job_census import JobCensus
from localcloud.request_rates import RequestRates
from tests.unit.samples import POOL_ID
from tests.unit.watched_ledger import WatchedLedger

if TYPE_CHECKING:
    from botocore.model import OperationModel

PLACE = ("123456789012", "us-east-1")
POOLS = 60
PAGES = 9
ANSWERS: dict[str, dict[str, Any]] = {
    "CreateGroup": {},
    "DescribeUserPool": {"UserPool": {}},
    "GetCSVHeader": {"CSVHeader": ["name"]},
    "ListUserImportJobs": {"UserImportJobs": []},
}


@dataclass
class Cognito:
    """Answers at once, and holds each call against the emulator's rates. Time passes only where a caller sleeps."""

    rates: RequestRates = field(default_factory=RequestRates)
    now: float = 1e9
    asked: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def answer(self, model: OperationModel, params: dict[str, Any], **_: object) -> tuple[Any, dict[str, Any]]:
        """Judge and answer one call."""
        self.asked[model.name] += 1
        if not self.rates.admit(model.name, json.loads(params["body"])["UserPoolId"], PLACE, self.now):
            self.refused.append(model.name)
        return SimpleNamespace(status_code=200), ANSWERS.get(model.name) or self._groups()

    def client(self) -> Any:  # noqa: ANN401  (boto3 makes the class)
        """A client of it."""
        made = boto3.client("cognito-idp", region_name="us-east-1")
        made.meta.events.register("before-call.cognito-idp", cast("Any", self.answer))
        return made

    def _groups(self) -> dict[str, Any]:
        page = self.asked["ListGroups"]
        return {"Groups": [{"GroupName": f"group-{page}"}], **({"NextToken": str(page)} if page < PAGES else {})}


@pytest.fixture
def cognito(monkeypatch: pytest.MonkeyPatch, aws: None) -> Cognito:  # noqa: ARG001
    """Nothing was asked yet."""
    made = Cognito()
    monkeypatch.setattr("time.sleep", made.sleep)
    return made


def test_all_groups_of_a_pool_are_listed_and_more_are_created(cognito: Cognito) -> None:
    """Each operation has five calls in a second for a pool."""
    groups = UserGroups(cognito.client())
    assert len(groups.listed(POOL_ID).names) == PAGES
    assert [groups.create(POOL_ID, f"new-{number}") for number in range(10)] == [""] * 10
    assert cognito.asked == {"ListGroups": PAGES, "CreateGroup": 10}
    assert cognito.refused == []


def test_the_doctor_and_the_sweep_ask_for_every_pool(cognito: Cognito) -> None:
    """Reading has 20 calls in a second for all pools of the account, describing 15."""
    ids, client = [f"us-east-1_Pool{number}" for number in range(POOLS)], cognito.client()
    pools = {pool_id: ServedPool(pool_id, PoolSettings(pool_id)) for pool_id in ids}
    context: Any = SimpleNamespace(
        aws=SimpleNamespace(cognito=client),
        deployment=SimpleNamespace(pools=pools, import_job_quota=1_000),
        ledger=SimpleNamespace(runs=lambda _: ()),
    )
    assert [finding.code for finding in pool_findings(context)] == ["pool_verifies_nothing"] * POOLS
    assert job_findings(context) == []
    ledger = WatchedLedger()
    JobCensus(ids, UserImports(client), ledger, ledger.notes, lambda: cognito.now).run()
    assert cognito.asked == {"DescribeUserPool": POOLS, "GetCSVHeader": POOLS, "ListUserImportJobs": 2 * POOLS}
    assert cognito.refused == []
