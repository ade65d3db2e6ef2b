"""The usage of a key that names none: encryption.

moto 5.2.5 creates such a key without a usage.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.kms.models import KmsBackend

if TYPE_CHECKING:
    from moto.kms.models import Key

_create: Final = KmsBackend.create_key


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    KmsBackend.create_key = _created  # type: ignore[method-assign]


def _created(self: KmsBackend, policy: str | None, key_usage: str | None, *rest: Any, **more: Any) -> Key:  # noqa: ANN401  (moto's own)
    return _create(self, policy, key_usage or "ENCRYPT_DECRYPT", *rest, **more)
