"""One visit to an account: asks, makes what it needs, runs tests and probes, and takes everything away again."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from tools.deployment import deploy_app, deployment_of
from tools.toolchain import PROJECT
from tools.verify.account import PREFIX, AccountError
from tools.verify.bill import BILL, total
from tools.verify.cleaning import active_jobs, clean, leftovers, pools
from tools.verify.observation import Observation, Observations
from tools.verify.probes import LATER, PROBES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tools.verify.cloud import VerifiedCloud
    from tools.verify.probe import Probe

BOOTSTRAP: Final = "/cdk-bootstrap/hnb659fds/version"
CLOUD: Final = "VERIFY_CLOUD"
STACK: Final = "VERIFY_STACK"
"""The environment variables that lead the tests to the cloud and to the deployed stack."""
KEPT: Final = f"{PREFIX}-later"
"""How the names of pools start that stay until the second visit."""
_BETWEEN_POOLS = 0.1


class VisitError(Exception):
    """The visit cannot take place; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is asked of the account, and how the answers are said."""

    cloud: VerifiedCloud
    observations: Observations
    say: Callable[[str], None]
    ask: Callable[[str], bool]

    def verify(self, *, only: Sequence[str], is_probing_alone: bool) -> int:
        """The first visit; 0 when all tests have passed and all probes have seen something."""
        self._check(is_probing_alone=is_probing_alone)
        self._announce()
        if not self.ask("Go on? Type yes: "):
            self.say("Nothing was made.")
            return 1
        try:
            passed = is_probing_alone or self._deploy_and_test()
            seen = self._probe({name: PROBES[name] for name in only or PROBES})
        finally:
            clean(self.cloud, self.say, keep=KEPT)
        for _, name in pools(self.cloud, KEPT):
            self.say(f"The user pool {name} is kept for a second visit: run this again with LATER=1 in two days.")
        return 0 if passed and seen else 1

    def visit_again(self) -> int:
        """The second visit: what takes days, and then everything is taken away."""
        if not list(pools(self.cloud, KEPT)):
            raise VisitError("Nothing of a first visit is there.")
        if not self._probe(LATER):
            self.say("What the first visit has left stays: come again later, or take it away with CLEAN=1.")
            return 1
        clean(self.cloud, self.say)
        return 0

    def clean(self) -> int:
        """Take everything away, after a crash."""
        clean(self.cloud, self.say)
        left = leftovers(self.cloud)
        self.say("Nothing of the kit is left." if not left else f"Left: {', '.join(left)}.")
        return 1 if left else 0

    def _check(self, *, is_probing_alone: bool) -> None:
        """Refuse an account in which the visit would disturb others. Raises VisitError."""
        left = leftovers(self.cloud)
        if left:
            raise VisitError(f"Of an earlier visit is left: {', '.join(left)}. Take it away first: CLEAN=1.")
        account = self.cloud.account()
        for pool_id, name in pools(self.cloud):
            if active_jobs(self.cloud, pool_id):
                raise VisitError(
                    f"An import job is active in the user pool {name} ({pool_id}): an account has one at a time."
                )
            account.wait(_BETWEEN_POOLS)
        if not is_probing_alone:
            self._check_bootstrap()

    def _check_bootstrap(self) -> None:
        try:
            self.cloud.client("ssm").get_parameter(Name=BOOTSTRAP)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            raise VisitError("The account and region are not prepared for CDK: run `cdk bootstrap` first.") from error

    def _announce(self) -> None:
        identity = self.cloud.client("sts").get_caller_identity()
        region = self.cloud.account().region
        self.say(f"Account {identity['Account']} in {region}, as {identity['Arn']}.")
        self.say(f"This makes, with names that start with {PREFIX}, and takes away again:")
        for item in BILL:
            self.say(f"  {item.dollars:5.2f} USD  {item.what}")
        self.say(f"  {total():5.2f} USD  at most. No import job of yours can run meanwhile, about an hour.")

    def _deploy_and_test(self) -> bool:
        """Deploy the throwaway stack, and run the contract tests and the main scenarios against it."""
        cognito = self.cloud.client("cognito-idp")
        pool = cognito.create_user_pool(PoolName=f"{PREFIX}-stack", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
        context = {"pools": f"people={pool}", "name_prefix": PREFIX, "shortest_wait": "5"}
        self.say("Deploying the stack.")
        deployment = deployment_of(deploy_app(self.cloud, PROJECT, context))
        self.say("Running the contract tests and the main scenarios.")
        variables = {
            **self.cloud.environment,
            CLOUD: json.dumps(self.cloud.as_json()),
            STACK: json.dumps({"pool": pool, "deployment": asdict(deployment)}),
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "tests/contract"], cwd=PROJECT, env=variables, check=False
        )
        return done.returncode == 0

    def _probe(self, probes: Mapping[str, Probe]) -> bool:
        account, all_seen = self.cloud.account(), True
        for probe in probes.values():
            try:
                seen = probe.look(account)
            except (AccountError, ClientError) as error:
                self.say(f"✗ {probe.name}: {error}")
                all_seen = False
                continue
            self.observations.add(Observation.of(probe.name, seen, region=account.region, aws=account.aws))
            self.say(f"✓ {probe.name}: {json.dumps(seen.what, ensure_ascii=False, default=str)}")
        return all_seen
