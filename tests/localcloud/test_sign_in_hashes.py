"""Imported password hashes: the first sign-in verifies them, and makes the password the user's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import argon2
import bcrypt
import pytest

from localcloud.choices import HashColumns, HashedSrp, Pbkdf2Form
from localcloud.cognito_sign_in import stored_hash
from localcloud.cognito_sign_in.srp import _N as PRIME
from tests.localcloud.import_world import opened_world
from tests.localcloud.sign_in_world import ADA, INCORRECT, PASSWORD, WRONG, last_code, make_app, refusal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localcloud.import_world import ImportWorld
    from tests.localcloud.sign_in_world import App

SALT = bytes(range(240, 256))
LISTED = HashColumns("listed")


def base64_of(data: bytes) -> str:
    """Base64 without padding."""
    return base64.b64encode(data).decode().rstrip("=")


def hashes(password: str) -> dict[str, str]:
    """The password in each form that AWS documents, as cheap as it may be."""
    given = password.encode()
    derived = hashlib.scrypt(given, salt=SALT, n=16, r=8, p=1)
    pbkdf2 = hashlib.pbkdf2_hmac("sha256", given, SALT, 10)
    argon2id = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, salt_len=16)
    return {
        "BCRYPT": bcrypt.hashpw(given, bcrypt.gensalt(4)).decode(),
        "SCRYPT": f"16$8$1${SALT.hex()}${derived.hex()}",
        "ARGON2ID": argon2id.hash(password).replace(",", "\\,"),
        "PBKDF2_SHA256": f"$pbkdf2-sha256$10${base64_of(SALT)}${base64_of(pbkdf2)}",
    }


def hashed_app(world: ImportWorld, algorithm: str = "BCRYPT", **client: Any) -> App:  # noqa: ANN401
    """A pool with ada, imported with the hash of her password, and an app."""
    pool = world.make_pool()
    row = {**ADA, "password_hash": hashes(PASSWORD)[algorithm].replace("\\,", ",")}
    assert world.run_rows(pool, row, PasswordHashingAlgorithm=algorithm) == ["The import succeeded."]
    return make_app(world, pool, **client)


@pytest.mark.parametrize("algorithm", ["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"])
@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"])
def test_a_user_signs_in_with_the_password_behind_the_hash(tmp_path: Path, flow: str, algorithm: str) -> None:
    """And with no other; a second time as well."""
    with opened_world(tmp_path, import_password_hashes=LISTED, import_pbkdf2_form=Pbkdf2Form.ANY) as world:
        app = hashed_app(world, algorithm)
        assert refusal(lambda: app.initiate(flow, PASSWORD=WRONG)) == INCORRECT
        for _ in range(2):
            assert app.has_tokens(app.initiate(flow, PASSWORD=PASSWORD))
        assert refusal(lambda: app.initiate(flow, PASSWORD=WRONG)) == INCORRECT


def test_an_app_client_made_with_defaults_refuses_a_hash(tmp_path: Path) -> None:
    """It allows SRP only, which no imported hash can."""
    with opened_world(tmp_path, import_password_hashes=LISTED) as world:
        app = hashed_app(world, ExplicitAuthFlows=[])
        disabled = ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
        assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)) == disabled
        by_admin = ("InvalidParameterException", "Auth flow not enabled for this client")
        assert refusal(lambda: app.initiate("ADMIN_USER_PASSWORD_AUTH", PASSWORD=PASSWORD)) == by_admin
        assert refusal(lambda: app.initiate("USER_SRP_AUTH", SRP_A="abc")) == INCORRECT


def test_a_reset_before_the_first_sign_in_replaces_the_hash(tmp_path: Path) -> None:
    """The new password is the only one."""
    with opened_world(tmp_path, import_password_hashes=LISTED) as world:
        app = hashed_app(world)
        app.forgot()
        app.confirm(last_code(), WRONG)
        assert refusal(lambda: app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD)) == INCORRECT
        assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=WRONG))


def sign_in_by_srp(app: App, password: str) -> Any:  # noqa: ANN401
    """What an app's SDK does: it proves the password that it does not send (RFC 5054, with Cognito's own key)."""
    secret = secrets.randbits(1024)
    public = pow(2, secret, PRIME)
    challenge = app.initiate("USER_SRP_AUTH", SRP_A=f"{public:x}")
    told = challenge["ChallengeParameters"]
    identity = app.pool.partition("_")[2] + told["USER_ID_FOR_SRP"]
    inner = hashlib.sha256(f"{identity}:{password}".encode()).hexdigest()
    private = hexed(told["SALT"] + inner)
    multiplier = hexed(padded(f"{PRIME:x}") + "02")
    server = int(told["SRP_B"], 16)
    scramble = hexed(padded(f"{public:x}") + padded(told["SRP_B"]))
    shared = pow(server - multiplier * pow(2, private, PRIME), secret + scramble * private, PRIME)
    extracted = hmac.digest(bytes.fromhex(padded(f"{scramble:x}")), bytes.fromhex(padded(f"{shared:x}")), "sha256")
    key = hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]
    stamp = datetime.now(tz=UTC).strftime("%a %b %-d %H:%M:%S UTC %Y")
    message = identity.encode() + base64.b64decode(told["SECRET_BLOCK"]) + stamp.encode()
    return app.respond(
        challenge,
        PASSWORD_CLAIM_SECRET_BLOCK=told["SECRET_BLOCK"],
        PASSWORD_CLAIM_SIGNATURE=base64.b64encode(hmac.digest(key, message, "sha256")).decode(),
        TIMESTAMP=stamp,
    )


def hexed(text: str) -> int:
    """The number that SHA-256 makes of a number in hexadecimal form."""
    return int(hashlib.sha256(bytes.fromhex(text)).hexdigest(), 16)


def padded(text: str) -> str:
    """The number in hexadecimal form as a positive one."""
    if len(text) % 2:
        return "0" + text
    return "00" + text if text[0] in "89abcdef" else text


@pytest.mark.parametrize("refused_at", HashedSrp)
def test_srp_needs_a_first_sign_in(tmp_path: Path, refused_at: HashedSrp) -> None:
    """No proof is right before; afterwards the right one only."""
    with opened_world(tmp_path, import_password_hashes=LISTED, sign_in_hashed_srp=refused_at) as world:
        app = hashed_app(world)
        assert refusal(lambda: sign_in_by_srp(app, PASSWORD)) == INCORRECT
        assert app.has_tokens(app.initiate("USER_PASSWORD_AUTH", PASSWORD=PASSWORD))
        assert app.has_tokens(sign_in_by_srp(app, PASSWORD))
        assert refusal(lambda: sign_in_by_srp(app, WRONG)) == INCORRECT
        bad = ("InvalidParameterException", "Invalid input given")
        assert refusal(lambda: app.initiate("USER_SRP_AUTH", SRP_A="0")) == bad


SCRYPT_OF_RFC_7914 = (
    "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
)
PBKDF2_OF_RFC_7914 = "VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw=="


@pytest.mark.parametrize(
    ("written", "password"),
    [
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*"),
        ("$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", "U*U*"),
        (f"16384$8$1${b'SodiumChloride'.hex()}${SCRYPT_OF_RFC_7914}", "pleaseletmein"),
        ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"),
        ("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ=$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4=", "password"),
        (f"$pbkdf2-sha256$1$c2FsdA==${PBKDF2_OF_RFC_7914}", "passwd"),
        (f"$pbkdf2-sha256$1$c2FsdA${PBKDF2_OF_RFC_7914.replace('+', '.').rstrip('=')}", "passwd"),
    ],
)
def test_published_examples(written: str, password: str) -> None:
    """Test values of the RFCs, of crypt_blowfish, and of Argon2's reference are read as they are."""
    assert stored_hash.matches(written, password)
    assert not stored_hash.matches(written, password + "!")
