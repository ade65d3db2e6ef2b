"""Does the acts, from outside, with AWS's own interfaces and the emulator's control paths."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, assert_never

from cognito_drop.aws.pauses import ALL_POOLS
from cognito_drop.contract.object_keys import STAGING
from cognito_drop.contract.pool_names import pauses_path, pools_path
from tests.chaos.plan import DAMAGE, Act, Kind
from tests.faults.world import stop_execution
from tests.scenarios.world import event_of
from tools.deployment import STACK

if TYPE_CHECKING:
    from tests.faults.trial import Trial
    from tests.faults.world import FaultWorld

_COPIES = 100
_BATCH = 10
_POLICY = "chaos"
_PAUSE = f"{pauses_path(pools_path(STACK))}/{ALL_POOLS}"


@dataclass(slots=True)
class Acts:
    """What is done in a deployed world."""

    world: FaultWorld
    roles: dict[str, str] = field(default_factory=dict)
    """The names of the functions' roles, by the functions' folders."""
    denied: set[str] = field(default_factory=set)
    """The roles that are denied something now."""

    def __post_init__(self) -> None:
        pages = self.world.client("lambda").get_paginator("list_functions").paginate()
        for function in (function for page in pages for function in page["Functions"]):
            folder = function["Handler"].split(".")[1]
            self.roles[folder] = function["Role"].rpartition("/")[2]

    def do(self, act: Act, trial: Trial) -> None:
        """Do one act to a run, after the end of what lasts from the act before."""
        self.calm()
        match act.kind:
            case Kind.ABORT:
                stop_execution(self.world, trial.run_id)
            case Kind.DAMAGE_ITEM:
                self.world.ledger.damage(trial.run_id, act.what, DAMAGE[act.what])
            case Kind.LOSE_ITEM:
                self.world.ledger.lose(trial.run_id)
            case Kind.DAMAGE_STAGING:
                self._damage_staging(trial.run_id, act)
            case Kind.DENY:
                self.deny(self.roles[act.caller], act.what)
            case Kind.LEAP:
                self.world.control.ask("POST", "clock", {"seconds": int(act.what)})
            case Kind.PAUSE:
                self.world.client("ssm").put_parameter(Name=_PAUSE, Value="2026-07-01T12:00:00Z", Type="String")
            case Kind.REPEAT:
                self._repeat(trial)
            case _:
                assert_never(act.kind)

    def calm(self) -> None:
        """End what lasts: denials and pauses."""
        for role in self.denied:
            self.world.client("iam").delete_role_policy(RoleName=role, PolicyName=_POLICY)
        self.denied.clear()
        self.resume()

    def resume(self) -> None:
        """End a pause."""
        ssm = self.world.client("ssm")
        with suppress(ssm.exceptions.ParameterNotFound):
            ssm.delete_parameter(Name=_PAUSE)

    def _damage_staging(self, run_id: str, act: Act) -> None:
        s3, bucket = self.world.client("s3"), self.world.deployment.bucket
        answer = s3.list_object_versions(Bucket=bucket, Prefix=f"{STAGING}{run_id}/")
        versions: list[dict[str, Any]] = sorted(answer.get("Versions", []), key=lambda version: version["Key"])
        if not versions:
            return
        version = versions[int(act.chance * len(versions))]
        key = version["Key"]
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])["Body"].read()
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
        if act.what != "delete":
            s3.put_object(Bucket=bucket, Key=key, Body=body[: len(body) // 2] if act.what == "cut" else b"\0{")

    def deny(self, role: str, service: str) -> None:
        """Deny a role all calls of a service, until it is calm again."""
        denial = {"Effect": "Deny", "Action": f"{service}:*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [denial]})
        self.world.client("iam").put_role_policy(RoleName=role, PolicyName=_POLICY, PolicyDocument=document)
        self.denied.add(role)

    def _repeat(self, trial: Trial) -> None:
        sqs, body = self.world.client("sqs"), json.dumps(event_of(trial.dropped))
        entries = [{"Id": str(number), "MessageBody": body} for number in range(_BATCH)]
        for _ in range(_COPIES // _BATCH):
            sqs.send_message_batch(QueueUrl=self.world.drop_queue, Entries=entries)
