"""Commands that cannot be carried out as they were given, each with what to give instead. No message holds a value."""

from __future__ import annotations

from typing import Any, ClassVar

Texts = tuple[str, str]
"""French, then English."""


class CommandRefused(Exception):
    """The command cannot be carried out as it was given, and nothing was changed: do what ``advice`` says."""

    said: ClassVar[Texts] = ("", "")
    todo: ClassVar[Texts] = ("", "")

    def __init__(self, **details: Any) -> None:
        """Take the details of both texts; a pair is French, then English."""
        french, english = (
            {name: detail[at] if isinstance(detail, tuple) else detail for name, detail in details.items()}
            for at in (0, 1)
        )
        self.message, self.advice = self.said[1].format(**english), self.todo[1].format(**english)
        self.french = self.said[0].format(**french), self.todo[0].format(**french)
        super().__init__(self.message)


class KeyUnknown(CommandRefused):
    """No record has the key or the reference that was given: take one that `binome status` shows."""

    said = (
        "Aucune fiche n'a cette clé ou cette référence ici.",
        "No record has this key or reference here.",
    )
    todo = (
        "Donnez une référence, ou au moins les 6 premiers chiffres d'une clé, comme `binome status` les montre.",
        "Give a reference, or at least the first 6 digits of a key, as `binome status` shows them.",
    )


class KeyAmbiguous(CommandRefused):
    """Several records fit the reference or the beginning of a key that was given: give more digits of the key."""

    said = ("{count} fiches répondent à cette clé ou référence.", "{count} records fit this key or reference.")
    todo = ("Donnez plus de chiffres de la clé.", "Give more digits of the key.")


class FieldUnknown(CommandRefused):
    """The record has no conflict in the field that was given: take one that `binome conflicts` shows."""

    said = ("Il n'y a pas de conflit sur `{field}` ici.", "There is no conflict in `{field}` here.")
    todo = ("`binome conflicts` montre les champs en conflit.", "`binome conflicts` shows the fields in conflict.")


class ValueUnfit(CommandRefused):
    """The value that was given does not fit its field; the message says what does."""

    said = ("{field} — {expected}.", "{field}: {expected}.")
    todo = (
        "Donnez une autre valeur par --value. Rien n'a été changé.",
        "Give another value by --value. Nothing was changed.",
    )


class OptionMissing(CommandRefused):
    """An option was given without those that belong to it, or with one that does not; the message names them."""

    said = ("{option} demande {others}.", "{option} needs {others}.")
    todo = ("Complétez la commande.", "Complete the command.")


class NotConfirmed(CommandRefused):
    """Everything was to be settled at once, and nobody was asked: give ``--yes``, or name a record."""

    said = (
        "Ceci trancherait tous les conflits ouverts ({count}) d'un coup.",
        "This would settle all open conflicts ({count}) at once.",
    )
    todo = (
        "Confirmez par --yes, ou nommez une fiche par --key.",
        "Confirm by --yes, or name a record by --key.",
    )


class NotGone(CommandRefused):
    """The record is set aside for another reason than being gone from the CRM: `binome parked` says what helps."""

    said = (
        "Cette fiche n'est pas mise de côté pour avoir quitté le CRM.",
        "This record is not set aside for being gone from the CRM.",
    )
    todo = ("`binome parked` dit ce qu'il faut faire.", "`binome parked` says what to do.")
