"""Sealed text: what leaves the house with somebody who may neither read nor change it.

AES-256-GCM under a key derived from the server's own, another one for each purpose, so that
what was sealed for one use never opens for another.
"""

import base64
import binascii
import secrets
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES, NONCE_BYTES = 32, 12


def seal(key: bytes, purpose: str, text: str) -> str:
    """The text as letters fit for a cookie or a hidden field."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    content = zlib.compress(text.encode("utf-8", "surrogatepass"))
    sealed = AESGCM(_derived(key, purpose)).encrypt(nonce, content, purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(key: bytes, purpose: str, sealed: str) -> str | None:
    """The text; None for whatever this server did not seal for that purpose."""
    try:
        content = base64.b64decode(sealed.encode("ascii"), b"-_", validate=True)
        nonce, rest = content[:NONCE_BYTES], content[NONCE_BYTES:]
        opened = AESGCM(_derived(key, purpose)).decrypt(nonce, rest, purpose.encode())
    except (binascii.Error, UnicodeEncodeError, InvalidTag, ValueError):
        return None
    # Only what this server compressed itself gets here.
    return zlib.decompress(opened).decode("utf-8", "surrogatepass")


def _derived(key: bytes, purpose: str) -> bytes:
    made = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"jixiao/{purpose}".encode())
    return made.derive(key)
