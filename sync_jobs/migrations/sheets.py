"""The workbook template as data: the sheets, their columns, and what each column takes.

Everything else reads this page: the template, the import, the reject file and the documentation. No column exists
for what a pair says or writes; a test holds it against the records' declarations.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from mappings import destinations as crm

Language = Literal["fr", "en"]
Labels = Mapping[str, tuple[str, str]]
"""The choices of a column: code to English and French label."""

PROFILES: Final = ("mentor", "mentee")
"""Kinds of record that a row of the people sheet makes beside the person, with the person's own key."""


class Type(StrEnum):
    """What a column takes."""

    KEY = "key"
    LINK = "link"
    LINKS = "links"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    DAY = "day"
    WHOLE = "whole"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its headers, the name of the record's field that it fills, and what it takes.

    ``kinds`` names the records that own the field where it is not the sheet's own kind. ``low`` and ``high`` bound
    a whole number; ``high`` alone bounds the length of a text.
    """

    english: str
    french: str
    name: str
    type: Type
    required: bool = False
    target: str = ""
    choices: Labels = field(default_factory=dict)
    low: int = 0
    high: int = 500
    kinds: tuple[str, ...] = ()
    help: str = ""
    help_fr: str = ""

    def header(self, language: Language) -> str:
        """Give the header in one language."""
        return self.french if language == "fr" else self.english


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the kind of record that each of its rows makes, and its columns, the key first."""

    kind: str
    english: str
    french: str
    columns: tuple[Column, ...]
    help: str
    help_fr: str

    def title(self, language: Language) -> str:
        """Give the sheet's name in one language."""
        return self.french if language == "fr" else self.english

    @property
    def titles(self) -> tuple[str, str]:
        """Give both names, English first, as the messages take them."""
        return self.english, self.french


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Reduce a label to what counts when it is compared: no case, no accents, plain apostrophes, single spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


def _key(help_: str, help_fr: str) -> Column:
    return Column("Key", "Clé", "ref", Type.KEY, required=True, high=64, help=help_, help_fr=help_fr)


def _link(english: str, french: str, name: str, target: str, **more: Any) -> Column:
    return Column(english, french, name, Type.LINK, target=target, **more)


def _day(english: str, french: str, name: str, **more: Any) -> Column:
    return Column(english, french, name, Type.DAY, **more)


def _flag(english: str, french: str, name: str, **more: Any) -> Column:
    return Column(english, french, name, Type.YES_NO, **more)


def _choice(english: str, french: str, name: str, choices: Labels, **more: Any) -> Column:
    return Column(english, french, name, Type.CHOICE, choices=choices, **more)


def _whole(english: str, french: str, name: str, low: int, high: int, **more: Any) -> Column:
    return Column(english, french, name, Type.WHOLE, low=low, high=high, **more)


def _minutes(**more: Any) -> Column:
    return _whole("Minutes", "Minutes", "minutes", 0, 1440, **more)


def _pair_link() -> Column:
    return _link("Pair", "Binôme", "pair", "pair", required=True)


ROLES: Final[Labels] = {**crm.ROLES, "coach": ("Coach", "Coach")}

ORGANISATION = Sheet(
    "organisation", "Organisations", "Organisations", (
        _key("A short name of your own, such as atelier-vercors.", "Un nom court à vous, par exemple atelier-vercors."),
        Column("Name", "Nom", "name", Type.TEXT, required=True, high=200),
        Column("City", "Ville", "city", Type.TEXT),
        Column("Sector", "Secteur", "sector", Type.TEXT),
        _link("Parent company", "Maison mère", "parent", "organisation",
              help="Key of the company that owns this one.", help_fr="Clé de la société qui détient celle-ci."),
    ),
    "Hosted ventures, the mentors' companies and their parent companies.",
    "Les jeunes entreprises hébergées, les entreprises des mentors et leurs maisons mères.",
)

STAY = Sheet(
    "stay", "Stays", "Hébergements", (
        _key("For example atelier-vercors-2026.", "Par exemple atelier-vercors-2026."),
        _link("Organisation", "Organisation", "organisation", "organisation", required=True),
        _day("Start", "Début", "start", required=True),
        _day("Planned end", "Fin prévue", "planned_end"),
        _day("Real end", "Fin réelle", "end"),
    ),
    "The periods in which ventures are hosted.", "Les périodes d'hébergement des jeunes entreprises.",
)

PERSON = Sheet(
    "person", "People", "Personnes", (
        _key("For example dupont-marie. Pairs, sessions and contributions name people by it.",
             "Par exemple dupont-marie. Les binômes, réunions et contributions désignent les personnes par elle."),
        Column("Name", "Nom", "name", Type.TEXT, required=True, high=200,
               help="First name and family name.", help_fr="Prénom et nom."),
        _link("Organisation", "Organisation", "organisation", "organisation"),
        Column("Job title", "Fonction", "job_title", Type.TEXT),
        Column("E-mail", "E-mail", "email", Type.EMAIL),
        Column("Phone", "Téléphone", "phone", Type.PHONE,
               help="A French number, or an international one with its +.",
               help_fr="Un numéro français, ou international avec son +."),
        Column("Roles", "Rôles", "roles", Type.CHOICES, choices=ROLES,
               help="Separated by commas.", help_fr="Séparés par des virgules."),
        _flag("Shares e-mail", "Partage son e-mail", "share_email",
              help="Yes lets every user of the CRM see it.", help_fr="Oui : tout utilisateur du CRM le voit."),
        _flag("Shares phone", "Partage son téléphone", "share_phone",
              help="Yes lets every user of the CRM see it.", help_fr="Oui : tout utilisateur du CRM le voit."),
        _flag("Shares role", "Partage son rôle", "share_roles",
              help="Yes lets every user of the CRM see it.", help_fr="Oui : tout utilisateur du CRM le voit."),
        _link("Manager", "Responsable hiérarchique", "manager", "person",
              help="Key of the person's superior.", help_fr="Clé de la personne dont elle dépend."),
        _choice("Status", "Statut", "state", crm.PROFILE_STATES, kinds=PROFILES,
                help="As a mentor or mentee; active when empty.", help_fr="Comme mentor ou mentoré ; actif si vide."),
        _whole("Capacity", "Capacité", "capacity", 0, 1000, kinds=("mentor",),
               help="How many active pairs the mentor accepts; 1 when empty.",
               help_fr="Nombre de binômes actifs que le mentor accepte ; 1 si vide."),
        Column("Expertise", "Expertise", "expertise", Type.TEXT, kinds=PROFILES,
               help="Seen by every user of the CRM.", help_fr="Vue par tout utilisateur du CRM."),
        Column("Conflicts of interest", "Conflits d'intérêts", "conflicts", Type.LINKS, target="organisation",
               kinds=("mentor",), help="Keys of organisations, separated by commas.",
               help_fr="Clés d'organisations, séparées par des virgules."),
    ),
    "Mentors, mentees and coaches. The last four columns are for mentors and mentees.",
    "Mentors, mentorés et coachs. Les quatre dernières colonnes concernent les mentors et les mentorés.",
)

PAIR = Sheet(
    "pair", "Pairs", "Binômes", (
        _key("For example b-01.", "Par exemple b-01."),
        _link("Mentor", "Mentor", "mentor", "person", required=True),
        _link("Mentee", "Mentoré", "mentee", "person", required=True),
        _link("Hosting stay", "Hébergement", "stay", "stay"),
        _choice("Status", "Statut", "state", crm.PAIR_STATES, required=True),
        _flag("Accepted by the mentor", "Accepté par le mentor", "mentor_accepted"),
        _flag("Accepted by the mentee", "Accepté par le mentoré", "mentee_accepted"),
        _day("Proposed on", "Proposé le", "proposed_on"),
        _day("Start", "Début", "start"),
        _day("Planned end", "Fin prévue", "planned_end",
             help="Not later than the end of the hosting stay.", help_fr="Au plus tard à la fin de l'hébergement."),
        _day("Real end", "Fin réelle", "end"),
        _choice("How it ended", "Façon dont il a pris fin", "end_code", crm.END_CODES,
                help="A code, never a reason.", help_fr="Un code, jamais une raison."),
        _whole("Cadence (days)", "Cadence (jours)", "cadence_days", 7, 92,
               help="Longest time between two meetings; 30 when empty.",
               help_fr="Délai le plus long entre deux rencontres ; 30 si vide."),
    ),
    "One mentor and one mentee each.", "Un mentor et un mentoré chacun.",
)

CHARTER = Sheet(
    "charter", "Charters", "Chartes", (
        _key("For example b-01-charte.", "Par exemple b-01-charte."),
        _pair_link(),
        Column("Version", "Version", "version", Type.TEXT, required=True, high=64,
               help="Of the common charter.", help_fr="De la charte commune."),
        _choice("Status", "Statut", "state", crm.CHARTER_STATES, required=True),
        Column("Document hash", "Empreinte du document", "document_hash", Type.TEXT, high=128,
               help="Written by Binôme; leave empty.", help_fr="Écrite par Binôme ; laissez vide."),
        _day("Sent on", "Envoyée le", "sent_on"),
        _day("Signed by the mentor on", "Signée par le mentor le", "mentor_signed_on"),
        _day("Signed by the mentee on", "Signée par le mentoré le", "mentee_signed_on"),
    ),
    "The common charter, as each pair signs it.", "La charte commune, telle que chaque binôme la signe.",
)

ROADMAP = Sheet(
    "roadmap", "Roadmaps", "Feuilles de route", (
        _key("For example b-01-route.", "Par exemple b-01-route."),
        _pair_link(),
        _day("Agreed on", "Convenue le", "agreed_on", required=True),
        _whole("Milestones", "Jalons", "milestones", 0, 1000),
        _whole("Milestones done", "Jalons atteints", "milestones_done", 0, 1000),
    ),
    "That a roadmap exists, its date and its counts; never its text.",
    "Qu'une feuille de route existe, sa date et ses nombres ; jamais son texte.",
)

MEETING = Sheet(
    "meeting", "Meetings", "Rencontres", (
        _key("For example b-01-r1.", "Par exemple b-01-r1."),
        _pair_link(),
        _day("Date", "Date", "date", required=True),
        _minutes(help="60 when empty.", help_fr="60 si vide."),
        _choice("Kind", "Nature", "purpose", crm.MEETING_KINDS),
        _choice("Status", "Statut", "state", crm.MEETING_STATES, required=True),
        _flag("Confirmed by the mentor", "Confirmée par le mentor", "mentor_confirmed"),
        _flag("Confirmed by the mentee", "Confirmée par le mentoré", "mentee_confirmed"),
    ),
    "When pairs met; never what was said.", "Quand les binômes se sont vus ; jamais ce qui s'est dit.",
)

CLUB_SESSION = Sheet(
    "club_session", "Club sessions", "Réunions du club", (
        _key("For example club-2026-t1.", "Par exemple club-2026-t1."),
        _day("Date", "Date", "date", required=True),
        _choice("Status", "Statut", "state", crm.SESSION_STATES, required=True),
        _link("Coach", "Coach", "coach", "person"),
        Column("Attendees", "Présents", "attendees", Type.LINKS, target="person",
               help="Keys of people, separated by commas.", help_fr="Clés de personnes, séparées par des virgules."),
        _minutes(help="120 when empty.", help_fr="120 si vide."),
    ),
    "The quarterly sessions of all mentors with a coach. No case is named.",
    "Les réunions trimestrielles des mentors avec un coach. Aucun cas n'y est nommé.",
)

CONTRIBUTION = Sheet(
    "contribution", "Contributions", "Contributions", (
        _key("For example h-001.", "Par exemple h-001."),
        _link("Person", "Personne", "person", "person", required=True),
        _day("Date", "Date", "date", required=True),
        _choice("Category", "Catégorie", "category", crm.CATEGORIES, required=True),
        _minutes(required=True),
        _choice("Status", "Statut", "state", crm.CONTRIBUTION_STATES),
    ),
    "Volunteer time that people gave.", "Le temps que des bénévoles ont donné.",
)

SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType({
    sheet.kind: sheet
    for sheet in (ORGANISATION, STAY, PERSON, PAIR, CHARTER, ROADMAP, MEETING, CLUB_SESSION, CONTRIBUTION)
})
"""Every sheet by the kind of its rows, each after the sheets that it refers to."""

README_TITLES: Final = ("Read me", "Lisez-moi")
"""The explaining sheet, which the import passes over: English and French name."""

CONFIDENTIAL_HEADERS: Final = frozenset(map(fold, (
    "Notes", "Note", "Compte rendu", "Compte-rendu", "Comptes rendus", "Motivation", "Motivations", "Ordre du jour",
    "Besoins", "Besoin", "Attentes", "Vision", "Critères de réussite", "Clauses", "Commentaire", "Commentaires",
    "Remarques", "Observations", "Lieu", "Étapes", "Raison", "Motif", "Santé", "Minutes of meeting", "Report", "Agenda",
    "Needs", "Expectations", "Success criteria", "Own clauses", "Comment", "Comments", "Remarks", "Place", "Steps",
    "Reason",
)))
"""Headers of what a pair says or writes, or of what is never stored: refused with the reason why."""
