"""The digests by which the sync compares, and their secret: what it keeps instead of values."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync_jobs.engine.ports import Digest


class Digests:
    """Keyed digests (HMAC-SHA256, 64 bits kept) of canonical values.

    The record's key is part of what is digested: equal values of two records do not look equal.
    """

    def __init__(self, secret: bytes) -> None:
        """Take the secret; without it no digest can be compared with a guess."""
        self._secret = secret
        key = secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()
        padded = key.ljust(_BLOCK, b"\0")
        self._inner, self._outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in _PADS)

    def __call__(self, kind: str, key: object, field: str, value: object) -> Digest:
        """Digest one canonical value of one field of one record."""
        # HMAC as it is defined (RFC 2104), its two hashes begun once: the library's own object takes twice as long,
        # and a whole reading asks for half a million of them.
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"{kind}\0{key}\0{field}\0{value!r}".encode())
        outer.update(inner.digest())
        return outer.digest()[:8].hex()

    def key_for(self, purpose: bytes) -> bytes:
        """Derive a key for another purpose; it tells nothing of this one, nor of any other."""
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self._secret)


_BLOCK, _PADS = 64, (0x36, 0x5C)


def digest_secret(path: Path) -> bytes:
    """Read the digests' secret, making it (mode 600) where there is none.

    Losing the file loses no value: the next sync meets every record without a base and asks where the sides differ.
    """
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".digest-", encoding="ascii") as file:
            file.write(secrets.token_hex(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was quicker: its secret counts
                os.link(file.name, path)
    secret = bytes.fromhex(path.read_text(encoding="ascii"))
    if len(secret) != _SECRET_BYTES:
        raise ValueError(f"{path} is damaged: restore it from a backup, or remove it")
    return secret


_SECRET_BYTES = 32
