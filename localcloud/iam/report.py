"""What each role has used of what it is granted, what it was denied, and what it was granted and never used.

An action counts as used on a resource when some allowed access matches both patterns of a statement; conditions are
not looked at. Not listed are AWS's own managed policies, which cannot be narrowed, and statements with NotAction or
NotResource, which grant too much for a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends

from localcloud.iam.patterns import as_list, matches, matches_arn
from localcloud.iam.policies import statements_of
from localcloud.iam.roles import policies_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from moto.iam.models import Role

    from localcloud.access_log import Access, AccessLog

_AWS_POLICIES: Final = ":iam::aws:policy/"


def report(log: AccessLog) -> dict[str, Any]:
    """`{"roles": [{"role", "arn", "used", "denied", "unused"}]}`, for every role there is or was heard of.

    `used` and `denied` are lists of `{"action", "resource", "times"}`; `unused` of `{"policy", "action", "resources",
    "used_on"}`, where `resources` are the granted ones without a use and `used_on` those of the same action with one.
    """
    allowed, denied = log.all_allowed(), log.all_denied()
    roles = {role.arn: role for role in _roles()}
    arns = sorted(roles.keys() | {access.role_arn for access in (*allowed, *denied)})
    return {
        "roles": [
            {
                "role": arn.rpartition("/")[2],
                "arn": arn,
                "used": _listed(arn, allowed),
                "denied": _listed(arn, denied),
                "unused": list(_unused(roles[arn], allowed)) if arn in roles else [],
            }
            for arn in arns
        ]
    }


def _roles() -> Iterator[Role]:
    for account in list(iam_backends.values()):
        for backend in list(account.values()):
            yield from list(backend.roles.values())


def _listed(arn: str, accesses: dict[Access, int]) -> list[dict[str, Any]]:
    return [
        {"action": access.action, "resource": access.resource, "times": times}
        for access, times in accesses.items()
        if access.role_arn == arn
    ]


def _unused(role: Role, accesses: Iterable[Access]) -> Iterator[dict[str, Any]]:
    own = [access for access in accesses if access.role_arn == role.arn]
    for name, document in policies_of(role):
        if _AWS_POLICIES in name:
            continue
        for statement in statements_of(document):
            resources = [str(one) for one in as_list(statement.get("Resource"))]
            for action in as_list(statement.get("Action")) if statement["Effect"] == "Allow" else []:
                seen = [access.resource for access in own if matches(str(action), access.action, ignore_case=True)]
                used_on = [one for one in resources if any(matches_arn(one, resource) for resource in seen)]
                unused = [one for one in resources if one not in used_on]
                if unused:
                    yield {"policy": name, "action": action, "resources": unused, "used_on": used_on}
