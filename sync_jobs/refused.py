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


class PairNotRunning(CommandRefused):
    """The pair has not begun, is over, or would end before it began: only an active or a paused one can be ended."""

    said = (
        "Ce binôme n'est ni actif ni en pause, ou commence après ce jour.",
        "This pair is neither active nor paused, or begins after that day.",
    )
    todo = (
        "Un binôme proposé se décline dans le CRM. Rien n'a été changé.",
        "A proposed pair is declined in the CRM. Nothing was changed.",
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


class FileExists(CommandRefused):
    """The file that was to be written is there, or cannot be made: name another; nothing is overwritten."""

    said = ("{file} existe déjà, ou ne peut pas être créé.", "{file} exists already, or cannot be made.")
    todo = ("Nommez un autre fichier.", "Name another file.")


class DayToCome(CommandRefused):
    """The day that was given is still to come: record what has happened, on the day it happened."""

    said = ("Ce jour est encore à venir.", "This day is still to come.")
    todo = ("Donnez le jour où cela a eu lieu.", "Give the day on which it took place.")


class PairOver(CommandRefused):
    """The pair has ended, was declined or archived: its charter and its roadmap stay as they are."""

    said = ("Ce binôme a pris fin.", "This pair is over.")
    todo = ("Sa charte et sa feuille de route restent telles quelles.", "Its charter and its roadmap stay as they are.")


class CharterMissing(CommandRefused):
    """The pair has no charter of today's version: make it first."""

    said = ("Ce binôme n'a pas de charte {version}.", "This pair has no charter {version}.")
    todo = ("Faites-la : `binome charter make BINÔME --out CHARTE.pdf`.",
            "Make it: `binome charter make PAIR --out CHARTER.pdf`.")


class CharterOut(CommandRefused):
    """The charter went out, and the pair changed since: a new page would not be the one that the two hold."""

    said = (
        "Cette charte est déjà partie, et le binôme a changé depuis : la page ne serait plus la même.",
        "This charter went out already, and the pair changed since: the page would not be the same.",
    )
    todo = (
        "Gardez la page envoyée ; pour en envoyer une autre, videz dans le CRM le jour d'envoi, remettez au brouillon.",
        "Keep the page that was sent; to send another, clear the day of sending in the CRM and set it back to draft.",
    )


class SignedBefore(CommandRefused):
    """The signature was recorded before; a wrong date is corrected in the CRM."""

    said = ("Cette signature est déjà enregistrée.", "This signature was recorded before.")
    todo = ("Corrigez une date fausse dans le CRM.", "Correct a wrong date in the CRM.")


class CharterUnsigned(CommandRefused):
    """A signed file was given for a charter that does not carry both signatures: record them first."""

    said = ("Cette charte ne porte pas encore les deux signatures.", "This charter does not carry both signatures yet.")
    todo = ("Enregistrez-les d'abord : `binome charter sign`.", "Record them first: `binome charter sign`.")


class FileUnfit(CommandRefused):
    """The file is missing, empty or too large to be kept."""

    said = ("Ce fichier manque, est vide, ou dépasse {most} Mio.", "This file is missing, empty, or over {most} MiB.")
    todo = ("Donnez le fichier signé lui-même.", "Give the signed file itself.")


class FileMissing(CommandRefused):
    """No signed file of this pair is in the vault: file it first."""

    said = ("Le coffre n'a pas de charte signée de ce binôme.", "The vault holds no signed charter of this pair.")
    todo = ("Déposez-la : `binome charter file BINÔME FICHIER`.", "File it: `binome charter file PAIR FILE`.")


class DoneBeyond(CommandRefused):
    """More milestones would be done than there are."""

    said = ("Il y aurait plus de jalons atteints que de jalons.", "More milestones would be done than there are.")
    todo = ("Corrigez --milestones ou --done.", "Correct --milestones or --done.")


class RoadmapOfTheTwo(CommandRefused):
    """Only the two agree on a roadmap, and say when: staff correct its counts."""

    said = ("Seuls les deux conviennent d'une feuille de route et de sa date.",
            "Only the two agree on a roadmap and on its date.")
    todo = ("Ajoutez --as PERSONNE.", "Add --as PERSON.")


class EveningUnfit(CommandRefused):
    """The evening is not at the point where this can be done; the message says what comes first."""

    said = ("Ce n'est pas le moment : {why}.", "Not now: {why}.")
    todo = ("{first}", "{first}")


class RatingsMissing(CommandRefused):
    """Some people's ratings are missing: type or import them first, or match without them by ``--anyway``."""

    said = ("Il manque {count} appréciations.", "{count} ratings are missing.")
    todo = (
        "Complétez-les (dans Odoo, puis `binome sync`, ou par --ratings), ou donnez --anyway : ce qui manque vaut non.",
        "Complete them (in Odoo, then `binome sync`, or by --ratings), or give --anyway: what is missing counts as no.",
    )


class RatingsUnreadable(CommandRefused):
    """The file of ratings is neither an .xlsx workbook nor a CSV file in UTF-8 of a sensible size."""

    said = ("Le fichier d'appréciations est illisible.", "The file of ratings cannot be read.")
    todo = ("Donnez un classeur .xlsx, ou un fichier .csv en UTF-8.", "Give an .xlsx workbook, or a .csv in UTF-8.")


class PairMovedOn(CommandRefused):
    """The pair waits for no answer: only a proposal is accepted; it is declined before or after both did."""

    said = ("Ce binôme n'attend pas de réponse.", "This pair is not waiting for an answer.")
    todo = ("Regardez son état dans Odoo.", "Look at its state in Odoo.")
