"""Operations of S3 that moto takes for another one, because it does not know what marks them in the URL.

moto 5.2.5 creates, empties, or deletes a bucket or an object instead: DeleteBucketMetricsConfiguration deletes the
bucket. They are answered as not implemented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from localcloud.api_model.requests import ApiRequest

MARKS: Final = frozenset(
    {
        "abac",
        "analytics",
        "annotation",
        "intelligent-tiering",
        "metadataAnnotationTable",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "renameObject",
        "requestPayment",
        "session",
        "torrent",
    }
)
_OPERATIONS: Final = frozenset({"DeleteBucketInventoryConfiguration", "GetObjectRetention", "UpdateObjectEncryption"})
"""Those whose mark moto knows for another method or for buckets only."""


def missing_in_s3(called: ApiRequest | None) -> str | None:
    """Why the operation is not for moto to answer; None when it is."""
    if called is None or called.service != "s3":
        return None
    operation = called.operation
    is_missing = operation.name in _OPERATIONS or MARKS & operation.http_trait.query_args.keys()
    return "It is not implemented." if is_missing else None
