"""Every row accounted for: a dropped file read once, each row checked against the live pool, the good ones written to
parts in Cognito's dialect, the others rejected with a reason.

    report = preflight(chunks, PoolRules.of(user_pool, csv_header), Options(), sink)

Pure: bytes in, bytes and data out. Where bytes come from and go to is left to the caller.
"""

from __future__ import annotations

from cognito_drop.core.rows.blocks import UndecodableError
from cognito_drop.core.rows.check import preflight
from cognito_drop.core.rows.dialect import Dialect, Encoding, LineEnd, Quoting
from cognito_drop.core.rows.groups import GROUPS, Member
from cognito_drop.core.rows.options import BadOptionalValues, Options, RepeatedAliases, Undocumented, UnknownColumns
from cognito_drop.core.rows.part import Part, Segments
from cognito_drop.core.rows.password_hash import HashAlgorithm, HashPolicy, Pbkdf2Form
from cognito_drop.core.rows.pool_rules import PoolRules
from cognito_drop.core.rows.preflight_report import Columns, PreflightReport, Reason
from cognito_drop.core.rows.records import Record, records
from cognito_drop.core.rows.rejection import Rejection, RejectionCode
from cognito_drop.core.rows.sink import NoSink, Sink
from cognito_drop.core.rows.values import Normalization

__all__ = [
    "GROUPS",
    "BadOptionalValues",
    "Columns",
    "Dialect",
    "Encoding",
    "HashAlgorithm",
    "HashPolicy",
    "LineEnd",
    "Member",
    "NoSink",
    "Normalization",
    "Options",
    "Part",
    "Pbkdf2Form",
    "PoolRules",
    "PreflightReport",
    "Quoting",
    "Reason",
    "Record",
    "Rejection",
    "RejectionCode",
    "RepeatedAliases",
    "Segments",
    "Sink",
    "UndecodableError",
    "Undocumented",
    "UnknownColumns",
    "preflight",
    "records",
]
