"""What is the same for every request is worked out once.

moto 5.2.5 lists its own folder and inspects the class of the responses for each request, and reads each timestamp of a
listing as a date that might have any form. That was a third of the CPU of a ListObjectVersions with 60 versions, and a
tenth of that of a GetItem. To find the account of a request it makes a backend of IAM for each partition, with AWS's
policies: 25 MB. For each member of each answer it works out anew by which names the answer may hold it,
which was a sixth of the CPU of a request to DynamoDB. It reads the text of AWS's 1,400 managed policies for each
account, and after each reset, which was nearly all of the time that a reset took. For each user pool it checks anew
its key, which is the same for all pools: a tenth of a second.
"""

from __future__ import annotations

import copy
import functools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from botocore.utils import parse_to_aware_datetime
from joserfc import jwk
from moto import backends
from moto.cognitoidp import models
from moto.core import responses, serialize
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import method_names_from_class
from moto.iam import models as iam_models
from moto.iam.models import IAMBackend
from moto.settings import load_iam_aws_managed_policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from moto.core.model import Shape
    from moto.core.serialize import AttributePicker, AttributePickerContext
    from moto.iam.models import ManagedPolicy

_MOST_TIMES: Final = 10_000
_modules: Final = backends.list_of_moto_modules
_policies: Final[Any] = IAMBackend._init_aws_policies  # noqa: SLF001  (the seam)
_import_key: Final = jwk.RSAKey.import_key
_Picker: Final = serialize.XFormedAttributePicker
_pick_anew: Final = serialize.AttributePicker.__call__
_MOST_MEMBERS: Final = 20_000


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    backends.list_of_moto_modules = _modules_once
    iam_models.get_account_id_from = _account_of
    responses.method_names_from_class = _methods  # type: ignore[attr-defined, assignment]  # what moto imports
    IAMBackend._init_aws_policies = _policies_of  # type: ignore[method-assign]  # noqa: SLF001
    serialize.AttributePicker.__call__ = _pick  # type: ignore[method-assign]
    serialize.parse_to_aware_datetime = _read  # type: ignore[attr-defined]  # what moto imports
    models.jwk = SimpleNamespace(RSAKey=SimpleNamespace(import_key=_key))  # type: ignore[attr-defined, assignment]


@functools.cache
def _modules_once() -> tuple[str, ...]:
    return tuple(_modules())


def _account_of(access_key: str) -> str:
    """The account that has the key, as moto says: only partitions in use have keys."""
    for account_id, partitions in list(iam_models.iam_backends.items()):
        if any(access_key in backend.access_keys for backend in list(partitions.values())):
            return account_id
    return DEFAULT_ACCOUNT_ID


def _methods(kind: Any) -> list[str]:  # noqa: ANN401  (moto says object)
    return _methods_once(kind, sum(len(vars(one)) for one in kind.__mro__))


@functools.cache
def _methods_once(kind: type[Any], _size: int) -> list[str]:  # a part that is installed later adds methods
    return method_names_from_class(kind)


def _policies_of(self: IAMBackend) -> list[ManagedPolicy]:
    """AWS's policies as an account has them: to how many roles each is attached is its own matter."""
    if not load_iam_aws_managed_policies():
        return []
    return [copy.copy(policy) for policy in _policies_once(self.account_id, self.region_name)]


@functools.cache
def _policies_once(account_id: str, region: str) -> tuple[ManagedPolicy, ...]:
    return tuple(_policies(SimpleNamespace(account_id=account_id, region_name=region)))


def _pick(self: AttributePicker, context: AttributePickerContext) -> Any:  # noqa: ANN401  (whatever an answer holds)
    """The value of a member. Only for a dict does the class of what holds it give no more names."""
    usual = self.alias_providers is serialize.DEFAULT_ALIAS_PROVIDERS and not self.response_transformers
    if not usual or type(self) is not _Picker or type(context.obj) is not dict:
        return _pick_anew(self, context)
    return next((context.obj[name] for name in _names_once(context.shape, context.key) if name in context.obj), None)


@functools.lru_cache(_MOST_MEMBERS)
def _names_once(shape: Shape, key: str) -> tuple[str, ...]:  # botocore makes a shape anew for each member
    return tuple(_Picker().get_possible_keys(serialize.AttributePickerContext({}, key, shape)))


def _key(content: Mapping[str, str]) -> jwk.RSAKey:
    return _key_once(tuple(content.items()))


@functools.cache
def _key_once(content: tuple[tuple[str, str], ...]) -> jwk.RSAKey:
    return _import_key(dict(content))


def _read(value: Any) -> datetime:  # noqa: ANN401  (a text, a number or a datetime)
    return _read_once(value) if isinstance(value, str) else parse_to_aware_datetime(value)


@functools.lru_cache(_MOST_TIMES)
def _read_once(text: str) -> datetime:
    return parse_to_aware_datetime(text)
