"""The formats of all presets for the property tests: a record of each sample, and the words that shut a user out."""

from __future__ import annotations

import csv
import functools
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cognito_drop.core.presets.registry import PRESETS
from tests.unit.presets.exports import example

if TYPE_CHECKING:
    from collections.abc import Sequence

CHIARA = "chiara.rossi@example.com"
YES: tuple[Any, ...] = (True, "true", "TRUE", "yes", "1", "on")
NO: tuple[Any, ...] = (False, "false", "FALSE", "no", "0", "off")


@dataclass(frozen=True)
class Format:
    """What the users of a sample look like, and which member says who is shut out."""

    sample: str
    state: str
    out: Sequence[Any]
    """Words of users who are shut out; texts may have another case, and blanks and invisible characters around."""
    let_in: Sequence[Any]
    named: str = "name"
    """A member with a text of the user's own."""
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def preset(self) -> str:
        """The preset that reads it."""
        return self.sample.partition(".")[0]

    @property
    def is_csv(self) -> bool:
        """Whether records are lines."""
        return self.sample.endswith(".csv")

    @property
    def has_header(self) -> bool:
        """Whether a CSV file names its columns."""
        return PRESETS[self.preset].csv_columns is None

    @functools.cached_property
    def template(self) -> dict[str, Any]:
        """The record of Chiara, who is accepted."""
        text = example(self.sample).decode()
        if not self.is_csv:
            (found,) = (one for one in _records(text) if CHIARA in json.dumps(one))
            return found
        columns = PRESETS[self.preset].csv_columns
        rows = list(csv.reader(io.StringIO(text)))
        names = list(columns) if columns else rows.pop(0)
        (values,) = (row for row in rows if CHIARA in " ".join(row))
        return {self.renamed.get(name, name): value for name, value in zip(names, values, strict=False)}

    def record(self, number: int, word: Any, name: str) -> dict[str, Any]:  # noqa: ANN401  (any JSON)
        """Chiara with another id and address, her state in this word, and this name."""
        text = (
            json.dumps(self.template).replace("chiara", f"u{number}x").replace("390655501234", f"39065550{number:04}")
        )
        record: dict[str, Any] = json.loads(text)
        for member in ("id", "user_id", "localId", "sub"):
            if member in record:
                record[member] = f"{record[member]}{number}"
        target, path = record, self.state.split(">")
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = word if not self.is_csv or isinstance(word, str) else str(word).lower()
        if self.named in record:
            record[self.named] = name
        return record

    def write(self, records: Sequence[dict[str, Any]]) -> str:
        """The file with these records, as the system writes it."""
        if not self.is_csv:
            return "\n".join(map(json.dumps, records))
        names = list(dict.fromkeys(name for record in records for name in record))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if self.has_header:
            writer.writerow(names)
        writer.writerows(
            [["" if (value := record.get(name)) is None else value for name in names] for record in records]
        )
        return out.getvalue()


def _records(text: str) -> list[dict[str, Any]]:
    """All objects of a sample that are users, wherever it lists them."""
    found: list[dict[str, Any]] = []
    decode, at = json.JSONDecoder().raw_decode, 0
    while at < len(text.rstrip()):
        value, at = decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        found += _users(value)
    return found


def _users(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401  (any JSON)
    if isinstance(value, list):
        return [user for one in value for user in _users(one)]
    for member in ("users", "Users", "value", "data"):
        if isinstance(value.get(member), list):
            return _users(value[member])
    return [value]


_STATUSES = ("SUSPENDED", "DEPROVISIONED", "Deactivated", "unheard of")
FORMATS = {
    "auth0.ndjson": Format("auth0.ndjson", "blocked", YES, (False, None, "")),
    "auth0.csv": Format("auth0.csv", "blocked", YES, (False, "")),
    "auth0.csv, labels": Format("auth0.csv", "Blocked", YES, (False, ""), renamed={"blocked": "Blocked"}),
    "clerk.csv": Format("clerk.csv", "banned", YES, (False, ""), "first_name"),
    "clerk.json": Format("clerk.json", "banned", YES, (False, None), "first_name"),
    "cognito.json": Format("cognito.json", "Enabled", NO, (True, "True"), "none"),
    "cognito.json, status": Format("cognito.json", "UserStatus", ("ARCHIVED", "COMPROMISED"), ("CONFIRMED",), "none"),
    "cognito.csv": Format("cognito.csv", "Enabled", NO, ("True", "true")),
    "entra.csv": Format("entra.csv", "accountEnabled", NO, ("True", "true"), "displayName"),
    "entra.csv, blocked": Format(
        "entra.csv", "Block sign in (Yes/No) [accountEnabled] Required", YES, ("No", "no", ""), "displayName",
        {"accountEnabled": "Block sign in (Yes/No) [accountEnabled] Required"},
    ),
    "entra.json": Format("entra.json", "accountEnabled", NO, (True, "true"), "displayName"),
    "firebase.csv": Format("firebase.csv", "disabled", YES, (False, ""), "displayName"),
    "firebase.json": Format("firebase.json", "disabled", YES, (False, None), "displayName"),
    "fusionauth.json": Format("fusionauth.json", "active", NO, (True, "true"), "fullName"),
    "google.csv": Format(
        "google.csv", "Status [READ ONLY]", ("Suspended", "Archived", "unheard of", ""), ("Active", "ACTIVE"),
        "First Name [Required]",
    ),
    "keycloak.json": Format("keycloak.json", "enabled", NO, (True, "true"), "firstName"),
    "okta.csv": Format("okta.csv", "status", (*_STATUSES, ""), ("ACTIVE", "Locked out"), "displayName"),
    "okta.json": Format("okta.json", "status", _STATUSES, ("ACTIVE", "LOCKED_OUT"), "none"),
    "supabase.csv": Format("supabase.csv", "banned_until", ("2999-01-01 00:00:00+00", "infinity"), ("",), "aud"),
}  # fmt: skip
