"""Every row accounted for: a dropped file read once, each row checked against the live pool, the good ones written to
parts in Cognito's dialect, the others rejected with a reason.

    report = preflight(chunks, PoolRules.of(user_pool, csv_header), Options(), sink)

Pure: bytes in, bytes and data out. Where bytes come from and go to is left to the caller.
"""

from __future__ import annotations

from lambdas.core.rows.blocks import UndecodableError
from lambdas.core.rows.check import preflight
from lambdas.core.rows.dialect import Dialect, Encoding, LineEnd, Quoting
from lambdas.core.rows.groups import GROUPS, Member
from lambdas.core.rows.options import Options, RepeatedAliases, Undocumented, UnknownColumns
from lambdas.core.rows.parts import Part, Segments
from lambdas.core.rows.password_hash import HashAlgorithm, HashPolicy, Pbkdf2Form
from lambdas.core.rows.pool_rules import PoolRules
from lambdas.core.rows.records import Record, records
from lambdas.core.rows.rejection import Rejection, RejectionCode
from lambdas.core.rows.report import Columns, PreflightReport, Reason
from lambdas.core.rows.sink import NoSink, Sink
from lambdas.core.rows.values import Normalisation

__all__ = [
    "GROUPS",
    "Columns",
    "Dialect",
    "Encoding",
    "HashAlgorithm",
    "HashPolicy",
    "LineEnd",
    "Member",
    "NoSink",
    "Normalisation",
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
