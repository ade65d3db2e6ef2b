"""What the product reads from a pool's description: its rules, a sample row, how users sign in, and the advice."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from cognito_drop.contract.ways_in import NoWayIn, WayIn
from cognito_drop.core.rows.password_hash import HashPolicy
from cognito_drop.core.rows.pool_rules import PoolRules
from cognito_drop.core.rows.sample_row import sample_row
from cognito_drop.core.sign_in.facts import SignInFacts
from cognito_drop.core.sign_in.pool_advice import pool_advice
from tests.unit.strings.members import by_member

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEADER: Final = (
    "cognito:username", "name", "email", "email_verified", "phone_number", "phone_number_verified", "birthdate",
    "updated_at", "cognito:mfa_enabled", "custom:code", "custom:level", "custom:at", "custom:is_new",
)  # fmt: skip
_TEXT: Final = {"MinLength": "3", "MaxLength": "50"}
_SMS: Final = {"SnsCallerArn": "arn"}
_POOLS: Final[list[dict[str, Any]]] = [
    {
        "header": (*_HEADER, "password_hash"),
        "pool": {
            "SchemaAttributes": [
                {"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": False},
                {"Name": "email", "Required": True, "StringAttributeConstraints": _TEXT},
                {"Name": "custom:code", "AttributeDataType": "String", "StringAttributeConstraints": _TEXT},
                {
                    "Name": "custom:level", "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MinValue": "2", "MaxValue": "9"},
                },
                {"Name": "custom:at", "AttributeDataType": "DateTime"},
                {"Name": "custom:is_new", "AttributeDataType": "Boolean"},
            ],
            "AutoVerifiedAttributes": ["email", "phone_number"],
            "UsernameAttributes": ["email", "phone_number"], "AliasAttributes": ["phone_number", "preferred_username"],
            "MfaConfiguration": "ON", "UsernameConfiguration": {"CaseSensitive": False}, "UserPoolTier": "ESSENTIALS",
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}},
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    {"Name": "verified_phone_number", "Priority": 2}, {"Name": "verified_email", "Priority": 1},
                ],
            },
            "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}, "SmsConfiguration": _SMS,
        },
        "mfa": {
            "MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": _SMS},
            "EmailMfaConfiguration": {"Message": "x"}, "SoftwareTokenMfaConfiguration": {"Enabled": True},
        },
        "clients": [
            {
                "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            },
            {"ClientName": "phone"},
        ],
        "hashes": ("BCRYPT",),
        "ways": {WayIn.RESET_BY_EMAIL: 51, WayIn.CODE_BY_EMAIL: 50, NoWayIn.SMS_NOT_SET_UP: 1},
    },
    {
        "header": _HEADER[:4],
        "pool": {
            "SchemaAttributes": [{"Name": "name", "StringAttributeConstraints": {"MaxLength": "5"}}],
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
            "AutoVerifiedAttributes": ["email"], "MfaConfiguration": "ON", "SmsConfiguration": _SMS,
        },
        "mfa": {}, "clients": [], "hashes": ("PBKDF2_SHA256",),
        "ways": {NoWayIn.RECOVERY_ADMIN_ONLY: 2, NoWayIn.NO_MFA_FACTOR: 3},
    },
    {
        "header": (*_HEADER[:6], "custom:level"),
        "pool": {
            "SchemaAttributes": [
                {"Name": "name", "StringAttributeConstraints": {"MinLength": "8"}},
                {
                    "Name": "custom:level", "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MaxValue": "7"},
                },
            ],
            "AutoVerifiedAttributes": ["phone_number"], "UsernameAttributes": ["phone_number"],
            "UserPoolTier": "LITE", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["SMS_OTP"]}},
        },
        "mfa": {"MfaConfiguration": "ON", "EmailMfaConfiguration": {"Message": "x"}},
        "clients": [{"ClientName": "web"}], "hashes": ("BCRYPT",),
        "ways": {WayIn.RESET_BY_SMS: 1, WayIn.RESET_BY_EMAIL: 40, WayIn.CODE_BY_EMAIL: 10},
    },
    {
        "header": _HEADER[:2], "pool": {"UsernameAttributes": ["email"]}, "mfa": {"SmsMfaConfiguration": {"x": "y"}},
        "clients": [], "hashes": (), "ways": {WayIn.PASSWORD: 0},
    },
]  # fmt: skip


def pool_members() -> Iterator[str]:
    """The lines for each pool, and for each member of its description."""
    for number, pool in enumerate(_POOLS, 1):
        yield from by_member(f"pool {number}", pool, _said)


def _said(pool: dict[str, Any]) -> Mapping[str, str]:
    try:
        rules = PoolRules.of(
            pool.get("pool", {}), pool.get("header", _HEADER[:2]), HashPolicy.of(pool.get("hashes", []))
        )
        facts = SignInFacts.of(pool.get("pool", {}), pool.get("mfa", {}), pool.get("clients", []))
    except (KeyError, ValueError) as error:
        return {"refused": repr(error)}
    hidden = {"columns", "by_name", "hashes"}
    rules_said = {f"rule {one.name}": f"{getattr(rules, one.name)}" for one in fields(rules) if one.name not in hidden}
    columns = {
        f"column {one.name}": f"{one.kind.name} {one.is_required} {one.is_mutable} {one.least} {one.most}"
        for one in rules.columns
    }
    samples = {f"sample of {one.name}": f"{one.is_required} {one.value!r} {one.note}" for one in sample_row(rules)}
    facts_said = {
        f"fact {one.name}": f"{sorted(found) if isinstance(found := getattr(facts, one.name), frozenset) else found}"
        for one in fields(facts)
        if one.name != "clients"
    }
    clients = {
        f"client {one.name}": f"{sorted(one.flows)} {one.hides_users} {one.takes_passwords} {one.takes_codes}"
        for one in facts.clients
    }
    advice = {
        f"{one.code} of {what}": f"{one.sentence} {one.change} {one.is_fault}"
        for what, ways in (("any file", None), ("this file", pool.get("ways", {})))
        for one in pool_advice(facts, ways, takes_hashes=rules.takes_hashes)
    }
    return {**rules_said, **columns, **samples, **facts_said, **clients, **advice}
