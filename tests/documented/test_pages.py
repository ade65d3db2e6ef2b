"""Every shell block of all other pages, run as written: one folder for each page, one deployed stack for all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.contract.preset_names import PRESET_NAMES
from tests.documented.pages import Shell, blocks, pages, shell_blocks
from tests.documented.reader import until
from tests.documented.supplies import MANY, lay_out, other_systems, users
from tests.kept_stack import deploy_kept
from tools.demo_pool import OPEN
from tools.deployment import STACK, bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.documented.pages import Block
    from tests.documented.reader import Reader

pytestmark = [pytest.mark.scenario, pytest.mark.nightly, pytest.mark.documented]

ELSEWHERE = ("README.md", "docs/deploy.md")
"""Pages that test_commands.py runs."""
CONSTRUCT = "docs/construct.md"
EXAMPLES = ("examples/own_pool/README.md", "examples/several_pools/README.md")
ON_THE_STACK = [page for page in pages() if page not in (*ELSEWHERE, CONSTRUCT, *EXAMPLES)]
ENDED_RUN, RUN_UNDER_WAY = r"3f9a\w*|RUN_ID", r"b81c\w*"
"""Ids of the pages: of a run with rejected rows that has ended, and of one that is under way."""
GOOD = {"imported", "partly_imported", "checked", "stopped"}


class Page:
    """The folder and the shell in which a page is followed, and what its ids stand for."""

    def __init__(self, reader: Reader, folder: Path, variables: Mapping[str, str], ids: Mapping[str, str]) -> None:
        self.reader, self.folder = reader, folder
        self.shell = Shell(folder, {**reader.variables, **variables})
        self._ids = ids

    def follow(self, page: str) -> None:
        """Run its blocks in their order."""
        for block in shell_blocks(page):
            if not (block.not_run or block.is_of_targets):
                self.run(block)

    def run(self, block: Block | str) -> str:
        """Run one."""
        text = block if isinstance(block, str) else block.text
        ids = dict(self._ids)
        if re.search(RUN_UNDER_WAY, text):
            ids[RUN_UNDER_WAY] = self._under_way()
        return self.reader.run(block, ids, self.shell)

    def _under_way(self) -> str:
        """A run whose import has begun."""
        (self.folder / "many.csv").write_text(users(f"{self.folder.name}-many", MANY))
        (drop,) = json.loads(self.shell.run("cognito-drop drop many.csv --output json").stdout)["data"]["drops"]

        def importing() -> bool:
            runs = self.reader.runs(STACK)
            return any(run["run_id"] == drop["run_id"] and run["state"] == "importing" for run in runs)

        until(importing)
        return str(drop["run_id"])


@pytest.fixture(scope="module")
def tools(reader: Reader) -> str:
    """The path with what the pages call: the command in the checkout's environment, and what it has installed.

    The account is prepared before anything is deployed from a kept template, which does a part of that by itself.
    """
    reader.install_the_command()
    bootstrap(reader.cloud)
    return str(reader.checkout / ".venv" / "bin")


@pytest.fixture(scope="module")
def deployed(reader: Reader, tools: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The stack with a run that has ended: variables and ids of the pages."""
    pool = {
        "id": reader.pool,
        **OPEN,
        "presets": list(PRESET_NAMES),
        "mappings": "from_drops",
        "ids": True,
        "undo": True,
    }
    deployment = deploy_kept(reader.cloud, {"pools": json.dumps({"people": pool}), "emails": "you@example.com"})
    old = _old_pool(reader)
    (reader.checkout / "first.csv").write_text(users("first") + "first-bad,none,true\n")
    said = reader.run("cognito-drop drop first.csv --wait --output json > first.json || true; cat first.json")
    (run,) = json.loads(said[said.index("{") : said.rindex("}") + 1])["data"]["runs"]
    editor = reader.checkout / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/none/fixed@example.com/' \"$1\"\n")
    editor.chmod(0o755)
    profiles = reader.checkout / "profiles"
    key = reader.cloud.variables["AWS_ACCESS_KEY_ID"], reader.cloud.variables["AWS_SECRET_ACCESS_KEY"]
    profiles.write_text("[profile old-account]\naws_access_key_id = {}\naws_secret_access_key = {}\n".format(*key))
    with other_systems() as url:
        variables = {
            "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin",
            "EDITOR": str(editor),
            "AWS_CONFIG_FILE": str(profiles),
            "LOCATION": f"{url}/location",
            "FUSIONAUTH": url,
            "TOKEN": "token", "API_KEY": "key", "CLERK_SECRET_KEY": "key", "JOB": "job_1",
        }  # fmt: skip
        ids = {
            r"https://(?:\$DOMAIN|\$ORG\.okta\.com|api\.clerk\.com)(?=/)": url,
            "eu-west-1_OldPool01": old,
            "eu-west-1_NewPool01": reader.pool,
            "BUCKET": deployment.bucket,
            "POOL(?:_ID)?": reader.pool,
            "TOPIC_ARN": deployment.topic,
            ENDED_RUN: run["run_id"],
        }
        yield variables, ids


@pytest.mark.parametrize("page", ON_THE_STACK)
def test_a_page_works_as_written(
    reader: Reader, deployed: tuple[dict[str, str], dict[str, str]], page: str, tmp_path: Path
) -> None:
    """Its commands end without an error, and no file that they drop is refused."""
    _remove_users_of_other_pages(reader)
    known = {run["run_id"] for run in reader.runs(STACK)}
    folder = tmp_path / page.replace("/", "-").removesuffix(".md")
    folder.mkdir()
    lay_out(reader, folder, folder.name)
    Page(reader, folder, *deployed).follow(page)
    ended = [run for run in reader.ended_runs(STACK) if run["run_id"] not in known]
    assert {run["outcome"] for run in ended} <= GOOD, ended


@pytest.mark.parametrize("page", EXAMPLES)
def test_an_example_deploys_as_written(reader: Reader, tools: str, page: str) -> None:
    """In its folder of the checkout, which has nothing else, and in the checkout's environment."""
    folder = reader.checkout / page.removesuffix("/README.md")
    Page(reader, folder, {"PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin"}, {}).follow(page)


def test_the_page_of_the_construct_works_as_written(reader: Reader, tmp_path: Path) -> None:
    """In a folder and an environment that have nothing: its app, its file of settings, its commands."""
    folder = tmp_path / "members"
    folder.mkdir()
    section, other = "Add it to an app", "An import that another stack has deployed"
    (app,), (settings,) = blocks(CONSTRUCT, "python", section), blocks(CONSTRUCT, "json", section)
    (follower,) = blocks(CONSTRUCT, "python", other)
    (folder / "app.py").write_text(app.text)
    (folder / "follower.py").write_text(follower.text)
    (folder / "cdk.json").write_text(settings.text)
    Page(reader, folder, {}, {"CHECKOUT": str(reader.checkout)}).follow(CONSTRUCT)
    reader.install_the_command()
    assert [run["outcome"] for run in reader.ended_runs("members")] == ["imported"]


def _remove_users_of_other_pages(reader: Reader) -> None:
    """The samples are of the same people: Cognito fails a job that would skip too many users."""
    cognito = reader.cloud.client("cognito-idp")
    for page in cognito.get_paginator("list_users").paginate(UserPoolId=reader.pool):
        for user in page["Users"]:
            if not user["Username"].startswith("first-"):
                cognito.admin_delete_user(UserPoolId=reader.pool, Username=user["Username"])


def _old_pool(reader: Reader) -> str:
    """A pool with users, to migrate from."""
    cognito = reader.cloud.client("cognito-idp")
    pool = str(cognito.create_user_pool(PoolName="old")["UserPool"]["Id"])
    cognito.create_group(UserPoolId=pool, GroupName="moved", Description="From the old pool", Precedence=3)
    for name in ("grace", "alan"):
        attributes: list[Any] = [
            {"Name": "email", "Value": f"{name}@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ]
        cognito.admin_create_user(UserPoolId=pool, Username=name, UserAttributes=attributes, MessageAction="SUPPRESS")
    return pool
