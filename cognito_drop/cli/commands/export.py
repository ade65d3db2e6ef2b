"""`cognito-drop export`: users, groups, memberships, and settings of a user pool as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.export_csv import ExportCsv
from cognito_drop.cli.export_json import CSV, GROUPS, MANIFEST, MEMBERSHIPS, NOTES, POOL, USERS
from cognito_drop.cli.export_state import ExportState
from cognito_drop.cli.export_target import export_target
from cognito_drop.cli.export_work import state_file, work_folder, write_document, write_lines, write_records
from cognito_drop.cli.live_pool import pool_id_of
from cognito_drop.cli.pool_listing import ENDED, STARTED, PoolListing
from cognito_drop.cli.rendering import facts, sentence, table
from cognito_drop.cli.result import Result
from cognito_drop.cli.state_errors import state_errors

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.export_json import (
        ExportCountsJson,
        ExportedFileJson,
        ExportedPoolJson,
        ExportJson,
        ExportManifestJson,
    )


@operator_command("export")
@click.option("--pool", metavar="ALIAS|ID", help="Alias or ID of the pool; optional if the stack has only one.")
@click.option("--to", required=True, metavar="DIR|S3", help="Directory, or s3://BUCKET/PREFIX/, for the files.")
@click.option("--csv", "with_csv", is_flag=True, help="Write the users as a CSV file for Cognito's import, too.")
@click.option(
    "--state", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Of an export to S3: keep the state in this directory, and continue from it after an interruption.",
)  # fmt: skip
def export(context: Context, *, pool: str | None, to: str, with_csv: bool, state: Path | None) -> Result:
    """Export the users, groups, and settings of a user pool.

    Users are listed within a rate and without making them active: 1,000,000 users take about 23 minutes. After an
    interruption the same call continues. Passwords and second factors cannot be exported.

    \b
    Examples:
      cognito-drop export --pool people --to people/
      cognito-drop export --pool eu-west-1_AbCdEf123 --to s3://BUCKET/people/ --state state/
    """
    target, pool_id = export_target(context.aws, to), pool_id_of(context, pool)
    with work_folder(target, state) as work:
        file = state_file(work)
        with state_errors(file), ExportState(file) as kept:
            manifest = _Export(context, pool_id, kept, work, with_csv=with_csv).files()
            for each in manifest["files"]:
                target.publish(work / each["name"], each["sha256"])
            target.publish(work / MANIFEST, write_document(work, MANIFEST, manifest)["sha256"])
    return Result(_json(manifest, to), _text(manifest, to))


class _Export:
    """One export on its way."""

    def __init__(self, context: Context, pool_id: str, kept: ExportState, work: Path, *, with_csv: bool) -> None:
        self._region, self._kept, self._work = context.aws.region, kept, work
        self._pool_id, self._with_csv = pool_id, with_csv
        self._listing = PoolListing.of(context, pool_id, kept)
        self._messages = context.messages

    def files(self) -> ExportManifestJson:
        """List the pool, and write the files but for the manifest. Raises CommandError."""
        self._keep_moment(STARTED)
        settings = self._listing.take_settings()
        csv = ExportCsv(settings["user_pool"], self._listing.take_header()) if self._with_csv else None
        self._listing.take_groups()
        self._listing.take_users(settings["users"])
        self._keep_moment(ENDED)
        with self._messages.working("Writing the files"):
            files = self._written(settings)
            if csv:
                files.append(write_lines(self._work, CSV, csv.lines(self._kept.users()), header=1))
        refused = settings.get("refused", ())  # not in the state of an earlier version
        return {
            "schema_version": "1",
            "pool_id": self._pool_id,
            "region": self._region,
            "started_at": self._kept.note(STARTED),
            "ended_at": self._kept.note(ENDED),
            "counts": self._kept.counts(),
            "csv_left_out": dict(sorted(csv.left_out.items())) if csv else None,
            "schema_attributes": settings["user_pool"].get("SchemaAttributes", []),
            "files": files,
            "notes": [
                *NOTES,
                *(f"{name} is not enabled in this Region: its settings are not in {POOL}." for name in refused),
            ],
        }

    def _keep_moment(self, name: str) -> None:
        if not self._kept.note(name):
            self._kept.keep_note(name, datetime.now(UTC).isoformat())

    def _written(self, settings: dict[str, Any]) -> list[ExportedFileJson]:
        pool: ExportedPoolJson = {
            "schema_version": "1",
            "user_pool": settings["user_pool"],
            "mfa": settings["mfa"],
            "app_clients": settings["app_clients"],
        }
        kept, work = self._kept, self._work
        return [
            write_records(work, USERS, kept.users()),
            write_records(work, GROUPS, kept.groups()),
            write_records(work, MEMBERSHIPS, kept.memberships()),
            write_document(work, POOL, pool),
        ]


def _json(manifest: ExportManifestJson, to: str) -> ExportJson:
    return {
        "pool_id": manifest["pool_id"],
        "to": to,
        "counts": manifest["counts"],
        "csv_left_out": manifest["csv_left_out"],
        "files": manifest["files"],
    }


def _text(manifest: ExportManifestJson, to: str) -> list[RenderableType]:
    rows = [(each["name"], f"{each['records']:,}", f"{each['bytes']:,}") for each in manifest["files"]]
    left_out = manifest["csv_left_out"] or {}
    return [
        facts(
            ("pool", manifest["pool_id"]),
            ("to", to),
            ("users", _users(manifest["counts"])),
            ("not in users.csv", ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())),
        ),
        table("file", "records", "bytes", rows=rows, right=("records", "bytes")),
        *map(sentence, manifest["notes"]),
    ]


def _users(counts: ExportCountsJson) -> str:
    kinds = (("disabled", counts["disabled"]), ("of other identity providers", counts["external_provider"]))
    more = [f"{count:,} {kind}" for kind, count in kinds if count]
    return f"{counts['users']:,}" + (f" ({', '.join(more)})" if more else "")
