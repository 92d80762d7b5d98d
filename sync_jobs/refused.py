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


class NotOfThePair(CommandRefused):
    """Somebody who is not of the pair asked for its texts: only its mentor and its mentee read or write them."""

    said = ("Cette personne n'est pas de ce binôme.", "This person is not of this pair.")
    todo = (
        "Seuls son mentor et son mentoré lisent et écrivent ses textes. La demande est notée au journal.",
        "Only its mentor and its mentee read or write its texts. The request is in the journal.",
    )


class TextFieldUnknown(CommandRefused):
    """The field that was given is none of a pair's texts; the message names those there are."""

    said = ("Un binôme n'a pas de texte de ce nom.", "A pair has no text of this name.")
    todo = ("Donnez l'un de : {known}.", "Give one of: {known}.")


class TextHasNoPlace(CommandRefused):
    """The pair has no record for this text yet, or several: make one by the workbook or in the CRM, or say which."""

    said = (
        "Ce binôme a {count} fiche(s) où ce texte pourrait aller ({kind}) : il en faut une.",
        "This pair has {count} records where this text could go ({kind}): it takes one.",
    )
    todo = (
        "Sans fiche, faites-la par le classeur ou dans le CRM ; s'il y en a plusieurs, nommez-la par --of. {known}",
        "If there is none, make it by the workbook or in the CRM; if there are several, name it by --of. {known}",
    )


class TextUnfit(CommandRefused):
    """What was given is no text to keep: empty, or not UTF-8. Use ``--clear`` to take a text away."""

    said = ("Rien à garder : {why}.", "Nothing to keep: {why}.")
    todo = (
        "Donnez un texte en UTF-8, ou --clear pour l'effacer. Rien n'a été changé.",
        "Give a text in UTF-8, or --clear to take it away. Nothing was changed.",
    )


class KeyFileExists(CommandRefused):
    """The file that was to hold a new key is there, or cannot be made: name another; a key is never overwritten."""

    said = ("{file} existe déjà, ou ne peut pas être créé.", "{file} exists already, or cannot be made.")
    todo = (
        "Nommez un autre fichier : une clé perdue ne se refait pas, et celui-ci en contient peut-être une.",
        "Name another file: a lost key cannot be made again, and this one may hold one.",
    )


class ExportExists(CommandRefused):
    """The export's file is there, or cannot be made: name another folder; nothing is overwritten."""

    said = ("{file} existe déjà, ou ne peut pas être créé.", "{file} exists already, or cannot be made.")
    todo = ("Nommez un autre dossier par --out.", "Name another folder by --out.")


class DaemonRuns(CommandRefused):
    """Another daemon of this club runs on this machine: leave it to its work, or stop it first."""

    said = ("Un autre démon de ce club tourne déjà ici.", "Another daemon of this club runs here already.")
    todo = (
        "Laissez-le travailler (`binome jobs` montre ce qu'il fait), ou arrêtez-le d'abord.",
        "Leave it to its work (`binome jobs` shows what it does), or stop it first.",
    )
