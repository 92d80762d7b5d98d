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
    """Keyed digests (BLAKE2b with its own key, 64 bits) of canonical values.

    The record's key is part of what is digested: equal values of two records do not look equal.
    """

    def __init__(self, secret: bytes) -> None:
        """Take the secret; without it no digest can be compared with a guess."""
        self._secret, self._begun = secret, hashlib.blake2b(key=secret, digest_size=8)

    def __call__(self, kind: str, key: object, field: str, value: object) -> Digest:
        """Digest one canonical value of one field of one record."""
        one = self._begun.copy()  # a full comparison asks for half a million: the key is taken in once
        one.update(f"{kind}\0{key}\0{field}\0{value!r}".encode())
        return one.hexdigest()

    def key_for(self, purpose: bytes) -> bytes:
        """Derive a key for another purpose; it tells nothing of this one, nor of any other."""
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self._secret)


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
