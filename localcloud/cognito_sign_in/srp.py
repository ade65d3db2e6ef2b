"""The server's side of Cognito's Secure Remote Password: whether a client knows the password that it never sends.

moto takes any proof. Sources: RFC 5054; the constants and the derivation of the key are those of AWS's own clients
(amazon-cognito-identity-js), which the guide names for this flow.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Self

_N: Final = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
"""The prime of RFC 3526, group 15, with which the generator 2 is used."""
_G: Final = 2
_KEY_INFO: Final = b"Caldera Derived Key\x01"
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange, after the client's first message."""

    identity: str
    """The pool's name, without its region, and the user's id."""
    salt: int
    secret: int
    client: int
    """What the client has sent, SRP_A."""
    verifier: int

    @classmethod
    def begin(cls, pool_id: str, user_id: str, password: str, srp_a: str) -> Self:
        """Answer the client's first message. Raises ValueError where it is no number that the protocol allows."""
        client = int(srp_a, 16)
        if client % _N == 0:
            raise ValueError("SRP_A is a multiple of the prime.")
        identity = pool_id.partition("_")[2] + user_id
        salt = secrets.randbits(128)
        inner = hashlib.sha256(f"{identity}:{password}".encode()).digest()
        private = _number(hashlib.sha256(_padded(salt) + inner).digest())
        return cls(identity, salt, secrets.randbits(1024), client, pow(_G, private, _N))

    @property
    def server(self) -> int:
        """The server's number, SRP_B."""
        multiplier = _number(hashlib.sha256(_padded(_N) + _padded(_G)).digest())
        return (multiplier * self.verifier + pow(_G, self.secret, _N)) % _N

    def parameters(self) -> dict[str, str]:
        """What the challenge tells the client."""
        return {"SALT": _padded(self.salt).hex(), "SRP_B": _padded(self.server).hex()}

    def is_proof(self, signature: str, secret_block: str, timestamp: str) -> bool:
        """Whether the signature is that of a client that knows the password."""
        scramble = hashlib.sha256(_padded(self.client) + _padded(self.server)).digest()
        shared = pow(self.client * pow(self.verifier, _number(scramble), _N), self.secret, _N)
        extracted = hmac.digest(_padded(_number(scramble)), _padded(shared), "sha256")
        key = hmac.digest(extracted, _KEY_INFO, "sha256")[:_KEY_BYTES]
        message = self.identity.encode() + base64.b64decode(secret_block) + timestamp.encode()
        expected = base64.b64encode(hmac.digest(key, message, "sha256")).decode()
        return hmac.compare_digest(signature.encode(), expected.encode())


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _padded(number: int) -> bytes:
    """The number's bytes, with a zero before a first bit that is set, as a signed number is written."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
