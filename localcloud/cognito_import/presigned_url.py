"""Signs and checks the upload URL of a job: AWS Signature Version 4 in the query, with the encryption header signed.

The key is made anew in each process; a URL of another process does not fit. What S3 answers to a bad request is left
to `upload`.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import base64
import enum
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

SIGNED_HEADERS: Final = "host;x-amz-server-side-encryption"
ENCRYPTION_HEADER: Final = "x-amz-server-side-encryption"
ENCRYPTION: Final = "aws:kms"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_DATE_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_SECRET: Final = secrets.token_hex(20)
_ACCESS_KEY: Final = "ASIA" + base64.b32encode(secrets.token_bytes(10)).decode()
_SESSION_TOKEN: Final = base64.b64encode(secrets.token_bytes(330)).decode()
_PATH: Final = re.compile(r"/([0-9]{12})/([\w-]+)_([0-9a-zA-Z]+)/(import-[0-9a-zA-Z-]+)", re.ASCII)
_AIRPORTS: Final = {"us-east-1": "iad", "us-east-2": "cmh", "us-west-1": "sfo", "us-west-2": "pdx", "eu-west-1": "dub"}


class Verdict(enum.Enum):
    """What the signature of a request is worth."""

    GOOD = enum.auto()
    UNSIGNED = enum.auto()
    EXPIRED = enum.auto()
    WRONG = enum.auto()


@dataclass(frozen=True, slots=True)
class UploadPlace:
    """Where a job's file goes."""

    account_id: str
    region: str
    pool_id: str
    job_id: str

    @classmethod
    def of(cls, path: str) -> UploadPlace | None:
        """The place that a request's path names, None when it is another kind of path."""
        match = _PATH.fullmatch(path)
        if match is None:
            return None
        account_id, region, pool, job_id = match.groups()
        return cls(account_id, region, f"{region}_{pool}", job_id)

    @property
    def path(self) -> str:
        """The URL's path."""
        return f"/{self.account_id}/{self.pool_id}/{self.job_id}"

    @property
    def real_endpoint(self) -> str:
        """The endpoint that AWS would name; it ends in the code of an airport near the region."""
        airport = _AIRPORTS.get(self.region, self.region)
        return f"https://aws-cognito-idp-user-import-{airport}.s3.{self.region}.amazonaws.com"


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """What of a request is signed."""

    method: str
    host: str
    path: str
    query: str
    encryption: str

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def canonical(self) -> str:
        """The canonical request of Signature Version 4."""
        signed = {name: value for name, value in self.parameters.items() if name != "X-Amz-Signature"}
        headers = f"host:{self.host}\n{ENCRYPTION_HEADER}:{self.encryption}\n"
        return "\n".join(
            [self.method, quote(self.path), _query(signed), headers, SIGNED_HEADERS, "UNSIGNED-PAYLOAD"],
        )

    @property
    def string_to_sign(self) -> str:
        """The string that is signed."""
        parameters = self.parameters
        scope = parameters.get("X-Amz-Credential", "").partition("/")[2]
        digest = hashlib.sha256(self.canonical.encode()).hexdigest()
        return "\n".join([_ALGORITHM, parameters.get("X-Amz-Date", ""), scope, digest])

    @property
    def signed_at(self) -> datetime:
        """When it was signed. Raises ValueError when the query does not say so."""
        return datetime.strptime(self.parameters.get("X-Amz-Date", ""), _DATE_FORMAT).replace(tzinfo=UTC)

    @property
    def expires(self) -> float:
        """Epoch seconds of the end of its validity. Raises ValueError when the query does not say so."""
        return self.signed_at.timestamp() + int(self.parameters.get("X-Amz-Expires", ""))

    def judge(self, now: float) -> Verdict:
        """What the request's signature is worth at that cloud time; S3 looks at the time first."""
        signature = self.parameters.get("X-Amz-Signature")
        if signature is None:
            return Verdict.UNSIGNED
        try:
            has_expired = now > self.expires
        except ValueError:
            return Verdict.WRONG
        if has_expired:
            return Verdict.EXPIRED
        is_good = hmac.compare_digest(_signature(self.string_to_sign).encode(), signature.encode())
        return Verdict.GOOD if is_good else Verdict.WRONG


def sign(place: UploadPlace, endpoint: str, now: float, lifetime: float) -> str:
    """The pre-signed URL of the place, valid for `lifetime` seconds from `now`; `endpoint` is scheme and host."""
    date = datetime.fromtimestamp(now, tz=UTC).strftime(_DATE_FORMAT)
    query = _query(
        {
            "X-Amz-Security-Token": _SESSION_TOKEN,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Date": date,
            "X-Amz-SignedHeaders": SIGNED_HEADERS,
            "X-Amz-Expires": str(round(lifetime)),
            "X-Amz-Credential": f"{_ACCESS_KEY}/{date[:8]}/{place.region}/s3/aws4_request",
        }
    )
    request = UploadRequest("PUT", urlsplit(endpoint).netloc, place.path, query, ENCRYPTION)
    return f"{endpoint}{place.path}?{query}&X-Amz-Signature={_signature(request.string_to_sign)}"


def _query(parameters: dict[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(parameters.items()))


def _signature(string_to_sign: str) -> str:
    key = f"AWS4{_SECRET}".encode()
    for part in string_to_sign.split("\n")[2].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, string_to_sign.encode(), "sha256").hexdigest()
