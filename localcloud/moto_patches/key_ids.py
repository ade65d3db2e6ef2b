"""A key is named by its ARN in every operation that changes its state.

moto 5.2.5 knows it there by its bare id only, and fails with a KeyError.

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html, API_EnableKey.html,
API_ScheduleKeyDeletion.html, API_CancelKeyDeletion.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.kms.models import KmsBackend

if TYPE_CHECKING:
    from collections.abc import Callable

_ORIGINALS: Final = {
    name: getattr(KmsBackend, name)
    for name in ("enable_key", "disable_key", "schedule_key_deletion", "cancel_key_deletion")
}


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    for name, original in _ORIGINALS.items():
        setattr(KmsBackend, name, _by_any_id(original))


def _by_any_id(original: Callable[..., Any]) -> Callable[..., Any]:
    def changed(self: KmsBackend, key_id: str, *rest: Any) -> Any:  # noqa: ANN401  (moto's own)
        return original(self, self.get_key_id(key_id), *rest)

    return changed
