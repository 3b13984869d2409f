"""Secrets as hashes: argon2id for what people choose, SHA-256 and HMAC for what is random.

argon2 costs some 20 ms of one core on purpose. It runs outside every write transaction, on
two threads of its own: a burst of log-ins then slows other log-ins, and no page.
"""

import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_BYTES = 32
LONGEST_PASSWORD = 1024
EXECUTOR = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
# Verified when there is no such account, so that the answer takes as long as for a real one.
NOBODY = HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))


def new_token() -> str:
    """A secret of 256 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return HASHER.hash(_bytes(password))


def hash_issued(password: str) -> str:
    """The argon2id hash of a random password, quickly made, for lists of hundreds of accounts.

    Nobody guesses over 90 random bits, however fast; the first log-in hashes it anew.
    """
    return QUICK.hash(_bytes(password))


def verified(stored: str, password: str) -> bool:
    """Whether the password is the one of the hash; slow on purpose."""
    try:
        return len(password) <= LONGEST_PASSWORD and HASHER.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(stored)


def digest(secret: str) -> str:
    """The SHA-256 of a random secret, under which it is stored."""
    return sha256(_bytes(secret)).hexdigest()


def keyed(key: bytes, *words: object) -> str:
    """The HMAC-SHA256 of words under the server's own key: nobody without the key can make one."""
    return hmac.new(key, _bytes("\x1f".join(map(str, words))), sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in the same time wherever they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    # Half of a surrogate pair can be typed into a request; it is a wrong secret, not a fault.
    return text.encode("utf-8", "surrogatepass")
