"""Parameters that Systems Manager refuses: too long ones of the standard tier, and text in double braces.

moto 5.2.5 takes any value.

Sources: https://docs.aws.amazon.com/general/latest/gr/ssm.html,
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from moto.ssm.exceptions import ValidationException
from moto.ssm.models import SimpleSystemManagerBackend

if TYPE_CHECKING:
    from moto.ssm.models import Parameter

_MOST: Final = 4_096
_NESTED: Final = re.compile(r"\{\{.*\}\}", re.DOTALL)
_put_parameter: Final = SimpleSystemManagerBackend.put_parameter


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    SimpleSystemManagerBackend.put_parameter = _checked  # type: ignore[method-assign]


def _checked(
    self: SimpleSystemManagerBackend,
    name: str,
    description: str,
    value: str,
    *rest: Any,  # noqa: ANN401  (moto's own)
    **more: Any,  # noqa: ANN401  (moto's own)
) -> Parameter:
    if more.get("tier") in (None, "Standard") and len(value) > _MOST:
        raise ValidationException(
            f"Standard tier parameters support a maximum parameter value of {_MOST} characters. To create a "
            "larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, "
            "see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        )
    if _NESTED.search(value):
        raise ValidationException('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.')
    return _put_parameter(self, name, description, value, *rest, **more)
