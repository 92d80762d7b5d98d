"""The vault: texts of the pair, each encrypted for one place. Without the key nobody reads or alters them.

The master key, which the environment gives, opens data keys only: one a pair, one a person. Who destroys a data key
destroys all that it sealed.
"""

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


class Owner(NamedTuple):
    """Whose texts a data key seals: a pair, or a person."""

    kind: str
    key: UUID

    @property
    def place(self) -> Place:
        """Where its data key is sealed: no field has a name like this."""
        return Place(self.kind, self.key, "data key")


class Vault:
    """Seals texts and opens them again. The first key seals; the others still open: keys can be changed.

    One made of the master keys seals data keys (``wrap``); one made of a data key seals its owner's texts.
    """

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        try:
            fernets = [Fernet(key.get_secret_value()) for key in keys]
            self._fernet, self._newest = MultiFernet(fernets), MultiFernet(fernets[:1])
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

    def reseal(self, token: bytes, context: Place) -> bytes:
        """Seal a token's content anew under the first key, for the same place."""
        return self.seal(self.open(token, context), context)

    def wrap(self, owner: Owner) -> bytes:
        """Make a data key for an owner's texts, and give it sealed."""
        return self.seal(self.generate_key().get_secret_value(), owner.place)

    def unwrap(self, wrapped: bytes, owner: Owner) -> Vault:
        """Give the vault that an owner's data key opens."""
        return Vault([SecretStr(self.open(wrapped, owner.place))])

    def opens(self, token: bytes) -> bool:
        """Tell whether any key opens a token."""
        return _opens(self._fernet, token)

    def is_newest(self, token: bytes) -> bool:
        """Tell whether the first key opens a token: nothing is left to rotate then."""
        return _opens(self._newest, token)


def _opens(fernet: MultiFernet, token: bytes) -> bool:
    try:
        fernet.decrypt(token)
    except InvalidToken:
        return False
    return True
