"""A reader of the documentation: a checkout, a cloud, a user pool, and a shell, with which they follow the pages."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from tests.documented.pages import Shell, blocks, fresh_checkout
from tests.patience import PATIENCE
from tools.demo_pool import create_demo_pool
from tools.local_cloud import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.documented.pages import Block
    from tools.local_cloud import LocalCloud

OTHER_ACCOUNT: Final = "222222222222"
_BETWEEN_POLLS: Final = 0.5  # seconds


class Reader:
    """Who follows the pages, by default in the checkout."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        self.cloud, self.checkout = cloud, folder
        # CDK's own validation, which infra/test_app.py has run, is half of the CPU of a synthesis.
        self.variables = {**cloud.variables, "CDK_VALIDATION": "false"}
        fresh_checkout(folder)
        self._shell = Shell(folder, self.variables)
        self.pool = create_demo_pool(cloud)

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the pages and those of the cloud, as patterns of texts."""
        return {"eu-west-1_AbCdEf123": self.pool, "eu-west-1": REGION, "111111111111": ACCOUNT}

    def install_the_command(self) -> None:
        """As the README has it."""
        install, _use = blocks("README.md", section="Use it")
        self.run(f". .venv/bin/activate\n{install.text}")

    def run(self, block: Block | str, replaced: Mapping[str, str] | None = None, shell: Shell | None = None) -> str:
        """Run a block, with the ids of the page replaced by those of the cloud. It must succeed; what it printed."""
        text = block if isinstance(block, str) else block.text
        other = self._other_account() if OTHER_ACCOUNT in text else None
        for old, new in {**(replaced or {}), **self.ids}.items():
            text = re.sub(rf"(?<![\w$])(?:{old})(?!\w)", lambda _, new=new: new, text)  # type: ignore[misc]
        done = (shell or self._shell).run(text, other)
        assert done.returncode == 0, f"{block}\n{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of a stack."""
        (found,) = self.cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}

    def runs(self, stack: str) -> list[dict[str, Any]]:
        """The runs of a stack, as the command lists them."""
        said = self._shell.run(f"cognito-drop runs --limit 500 --stack {stack} --output json 2> /dev/null")
        found: list[dict[str, Any]] = json.loads(said.stdout)["data"]["runs"]
        return found

    def ended_runs(self, stack: str) -> list[dict[str, Any]]:
        """The runs of a stack, once all of its drops have ended."""

        def all_ended() -> list[dict[str, Any]]:
            runs = self.runs(stack)
            return runs if all(run["state"] == "ended" for run in runs) else []

        found: list[dict[str, Any]] = until(all_ended)
        return found

    def _other_account(self) -> dict[str, str]:
        """The access key of an administrator of the other account."""
        iam = self.cloud.client("iam")
        header = ("x-moto-account-id", OTHER_ACCOUNT)
        iam.meta.events.register("before-sign", lambda request, **_: request.headers.add_header(*header))
        name = f"administrator-{uuid.uuid4().hex}"
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def until(look: Callable[[], Any]) -> Any:  # noqa: ANN401  (of whatever is looked at)
    """What `look` returns once that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(_BETWEEN_POLLS)
    return seen
