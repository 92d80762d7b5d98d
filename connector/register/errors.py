"""What can go wrong with the register, each error with what a person should do. No message holds a value."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


class RegisterError(Exception):
    """The register cannot do what was asked: ``message`` says what happened, ``advice`` what to do."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class RegisterUrlWrong(RegisterError):
    """The register's URL names no database that Binôme can open: correct ``[register] url``."""

    def __init__(self) -> None:
        super().__init__(
            "The register's URL names no database that Binôme can open.",
            "Set `[register] url` to `sqlite:///FILE` or to `postgresql://USER@HOST/DATABASE`.",
        )


class RegisterMissing(RegisterError):
    """There is no register where one was expected: run ``binome init``, or correct ``[register] url``."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no register at {place}.",
            "Run `binome init` to make one, or correct `[register] url` in the configuration.",
        )


class RegisterOutdated(RegisterError):
    """An older Binôme made this register: run ``binome init``, which upgrades it and keeps what it holds."""

    def __init__(self, revision: str, newest: str) -> None:
        super().__init__(
            f"The register has revision {revision}; this Binôme needs {newest}.",
            "Back the register up, then run `binome init`: it upgrades the register and keeps what it holds.",
        )


class RegisterNewer(RegisterError):
    """A newer Binôme made this register: install that version here; an older one must not touch it."""

    def __init__(self, revision: str, newest: str) -> None:
        super().__init__(
            f"The register has revision {revision}, which this Binôme does not know; its newest is {newest}.",
            "Install the Binôme that last upgraded this register, or a later one. Nothing was changed.",
        )


class RegisterLocked(RegisterError):
    """Another program holds the register, or its server does not answer: wait, then run again."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The register at {place} is held by another program, or its server does not answer.",
            "See that no other run is stuck and that the server is up, then run again. Nothing was saved.",
        )


class RegisterRefused(RegisterError):
    """The database refused an operation: look its code up, or restore a backup if the file is damaged."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"The register's database refused the operation ({code}).",
            "Look at free space, permissions and the database's own log. Nothing was saved.",
        )


class RecordInvalid(RegisterError):
    """A record breaks the rules of its own fields: correct the named fields where the record comes from."""

    def __init__(self, kind: str, key: UUID, fields: Iterable[str]) -> None:
        super().__init__(
            f"{kind} {key} is not valid: {', '.join(sorted(set(fields)))}.",
            "Correct these fields where the record comes from, then run again.",
        )


class DanglingLink(RegisterError):
    """A record links to one that the register does not hold: save the linked record first, or with it."""

    def __init__(self, kind: str, key: UUID, field: str) -> None:
        super().__init__(
            f"{kind} {key} links by `{field}` to a record that the register does not hold.",
            "Save the linked record first, or in the same batch. Nothing was saved.",
        )


class StillLinked(RegisterError):
    """Other records still link to one that was to be deleted: delete or unlink those first, or with it."""

    def __init__(self, kind: str, by_kind: str, by_key: UUID, field: str) -> None:
        super().__init__(
            f"{by_kind} {by_key} still links by `{field}` to a {kind} that was to be deleted.",
            "Delete or unlink that record first. Nothing was deleted.",
        )


class DuplicateReference(RegisterError):
    """Two records of one kind claim the same reference: give one of them another."""

    def __init__(self, kind: str, key: UUID) -> None:
        super().__init__(
            f"{kind} {key} claims a reference that another {kind} holds.",
            "Give one of the two another reference, or merge them. Nothing was saved.",
        )


class VaultLocked(RegisterError):
    """A text of the pair was to be read or changed without its key: set ``BINOME_VAULT_KEY``, run again."""

    def __init__(self, kind: str, key: UUID, fields: Iterable[str] = ()) -> None:
        named = ", ".join(sorted(fields)) or "sealed fields"
        super().__init__(
            f"{kind} {key}: {named} can be neither read nor changed without the vault's key.",
            "Set BINOME_VAULT_KEY for the command that needs it. Nothing was saved.",
        )


class VaultKeyMissing(RegisterError):
    """The command works with texts of pairs and was given no key: set ``BINOME_VAULT_KEY``, run again."""

    def __init__(self) -> None:
        super().__init__(
            "This needs the vault's key, and none was given.",
            "Give it in BINOME_VAULT_KEY, in a file (mode 600) named by BINOME_VAULT_KEY_FILE, or in the keyring: "
            "`keyring set binome vault_key`. `binome vault key` makes one.",
        )


class VaultKeyWrong(RegisterError):
    """None of the given keys fits: give the key that sealed the texts, older keys after the newest."""

    def __init__(self, what: str = "The vault's key is not a key that `binome vault key` makes.") -> None:
        super().__init__(what, "Give the key in BINOME_VAULT_KEY: the newest first, then the older ones.")


class VaultTampered(RegisterError):
    """A sealed text is not where it was sealed: somebody moved it. Restore that record from a backup."""

    def __init__(self, kind: str, key: UUID, field: str) -> None:
        super().__init__(
            f"{kind} {key}: what is stored as `{field}` was sealed for another place.",
            "Find out who wrote to the register's database, then restore this record from a backup.",
        )


class VaultShredded(RegisterError):
    """The key of this pair's or person's texts was destroyed: nobody reads them again, and none can be added."""

    def __init__(self, kind: str, key: UUID) -> None:
        super().__init__(
            f"{kind} {key}: the key of its texts was destroyed when it was erased.",
            "Its texts are gone for good, and none can be added. Nothing was saved.",
        )
