"""The vault: texts of the pair, each encrypted for one place. Without the key nobody reads or alters them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from connector.register.errors import VaultKeyWrong, VaultTampered


class Place(NamedTuple):
    """Where a sealed text belongs."""

    kind: str
    key: UUID
    field: str


class Vault:
    """Seals texts and opens them again. The first key seals; the others still open: keys can be changed."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        except ValueError:  # its message tells how the key is malformed: nobody's business
            raise VaultKeyWrong from None

    @staticmethod
    def generate_key() -> SecretStr:
        """Make a key: 32 random bytes as URL-safe base64."""
        return SecretStr(Fernet.generate_key().decode())

    def seal(self, text: str, context: Place) -> bytes:
        """Encrypt a text for one place; the token opens at no other."""
        kind, key, field = context
        # The place is inside what is encrypted and authenticated: a token copied to another row is found out.
        return self._fernet.encrypt(json.dumps([kind, str(key), field, text]).encode())

    def open(self, token: bytes, context: Place) -> str:
        """Decrypt a token, if it was sealed for this very place."""
        kind, key, field = context
        try:
            plain = self._fernet.decrypt(token)
        except InvalidToken:
            raise VaultKeyWrong(f"No given key opens `{field}` of {kind} {key}, or it was altered.") from None
        *sealed_for, text = json.loads(plain)
        if sealed_for != [kind, str(key), field]:
            raise VaultTampered(kind, key, field)
        return str(text)

    def rotate(self, token: bytes) -> bytes:
        """Seal a token's content anew under the first key, for the same place."""
        try:
            return self._fernet.rotate(token)
        except InvalidToken:
            raise VaultKeyWrong("No given key opens a sealed text, or it was altered.") from None
