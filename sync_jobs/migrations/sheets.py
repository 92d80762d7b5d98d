"""The workbook template as data: the sheets, their columns, and what each column takes.

Everything else reads this page: the template, the import, the reject file and the documentation. No column exists
for what a pair says or writes; a test holds it against the records' declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mappings import choices as crm
from sync_jobs.migrations.columns import Column, Labels, Sheet, Type, fold
from sync_jobs.migrations.columns import choice_column as _choice
from sync_jobs.migrations.columns import day_column as _day
from sync_jobs.migrations.columns import flag_column as _flag
from sync_jobs.migrations.columns import key_column as _key
from sync_jobs.migrations.columns import link_column as _link
from sync_jobs.migrations.columns import minutes_column as _minutes
from sync_jobs.migrations.columns import pair_column as _pair
from sync_jobs.migrations.columns import whole_column as _whole

PROFILES: Final = ("mentor", "mentee")
"""Kinds of record that a row of the people sheet makes beside the person, with the person's own key."""


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
        _flag("Shares photo", "Partage sa photo", "share_photo",
              help="No takes it from the contact.", help_fr="Non : elle est retirée du contact."),
        _flag("Shares expertise", "Partage son expertise", "share_expertise",
              help="Yes puts a mentor in the directory that every user of the CRM sees.",
              help_fr="Oui : le mentor figure dans l'annuaire que voit tout utilisateur du CRM."),
        _link("Manager", "Responsable hiérarchique", "manager", "person",
              help="Key of the person's superior.", help_fr="Clé de la personne dont elle dépend."),
        _choice("Status", "Statut", "state", crm.PROFILE_STATES, kinds=PROFILES,
                help="As a mentor or mentee; active when empty.", help_fr="Comme mentor ou mentoré ; actif si vide."),
        _whole("Capacity", "Capacité", "capacity", 0, 1000, kinds=("mentor",),
               help="How many active pairs the mentor accepts; 1 when empty.",
               help_fr="Nombre de binômes actifs que le mentor accepte ; 1 si vide."),
        Column("Expertise", "Expertise", "expertise", Type.TEXT, kinds=PROFILES,
               help="Seen by coordinators; by every user of the CRM where a mentor shares it.",
               help_fr="Vue par les coordinateurs ; par tout utilisateur du CRM si un mentor la partage."),
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
        _flag("Mentor lets employees know", "Le mentor le laisse savoir", "mentor_shares",
              help="Where both say yes, every user of the CRM sees that the pair exists.",
              help_fr="Si les deux disent oui, tout utilisateur du CRM voit que le binôme existe."),
        _flag("Mentee lets employees know", "Le mentoré le laisse savoir", "mentee_shares",
              help="Where both say yes, every user of the CRM sees that the pair exists.",
              help_fr="Si les deux disent oui, tout utilisateur du CRM voit que le binôme existe."),
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
        _pair(),
        Column("Version", "Version", "version", Type.TEXT, required=True, high=64,
               help="Of the common charter.", help_fr="De la charte commune."),
        _choice("Status", "Statut", "state", crm.CHARTER_STATES, required=True),
        Column("Document hash", "Empreinte du document", "document_hash", Type.TEXT, high=128,
               help="Written by Binôme; leave empty.", help_fr="Écrite par Binôme ; laissez vide."),
        _day("Sent on", "Envoyée le", "sent_on"),
        _day("Signed by the mentor on", "Signée par le mentor le", "mentor_signed_on"),
        _day("Signed by the mentee on", "Signée par le mentoré le", "mentee_signed_on"),
        _choice("How the mentor signed", "Mode de signature du mentor", "mentor_signed_way", crm.SIGNATURE_WAYS),
        _choice("How the mentee signed", "Mode de signature du mentoré", "mentee_signed_way", crm.SIGNATURE_WAYS),
        Column("Mentor's signature recorded by", "Signature du mentor enregistrée par", "mentor_recorded_by",
               Type.TEXT),
        Column("Mentee's signature recorded by", "Signature du mentoré enregistrée par", "mentee_recorded_by",
               Type.TEXT),
        Column("Signed file's hash", "Empreinte du fichier signé", "signed_hash", Type.TEXT, high=128,
               help="Written by Binôme; leave empty.", help_fr="Écrite par Binôme ; laissez vide."),
    ),
    "The common charter, as each pair signs it.", "La charte commune, telle que chaque binôme la signe.",
)

ROADMAP = Sheet(
    "roadmap", "Roadmaps", "Feuilles de route", (
        _key("For example b-01-route.", "Par exemple b-01-route."),
        _pair(),
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
        _pair(),
        _day("Date", "Date", "date", required=True),
        _minutes(help="60 when empty.", help_fr="60 si vide."),
        _choice("Kind", "Nature", "purpose", crm.MEETING_KINDS),
        _choice("Status", "Statut", "state", crm.MEETING_STATES, required=True),
        _flag("Confirmed by the mentor", "Confirmée par le mentor", "mentor_confirmed"),
        _flag("Confirmed by the mentee", "Confirmée par le mentoré", "mentee_confirmed"),
    ),
    "When pairs met; never what was said.", "Quand les binômes se sont vus ; jamais ce qui s'est dit.",
)


def _people(english: str, french: str, name: str) -> Column:
    return Column(english, french, name, Type.LINKS, target="person", help="Keys of people, separated by commas.",
                  help_fr="Clés de personnes, séparées par des virgules.")


CLUB_SESSION = Sheet(
    "club_session", "Club sessions", "Réunions du club", (
        _key("For example club-2026-t1.", "Par exemple club-2026-t1."),
        _day("Date", "Date", "date", required=True),
        _choice("Status", "Statut", "state", crm.SESSION_STATES, required=True),
        _link("Coach", "Coach", "coach", "person"),
        _people("Invited", "Invités", "invited"),
        _people("Attendees", "Présents", "attendees"),
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

SPEED_DATING = Sheet(
    "speed_dating", "Speed-datings", "Speed-datings", (
        _key("For example sd-2026-10.", "Par exemple sd-2026-10."),
        _day("Date", "Date", "date", required=True),
        _choice("Status", "Statut", "state", crm.SESSION_STATES, required=True),
        _whole("Rounds", "Tours", "rounds", 0, 1000, help="8 when empty.", help_fr="8 si vide."),
        _whole("Minutes a round", "Minutes par tour", "round_minutes", 0, 1440, help="8 when empty.",
               help_fr="8 si vide."),
        _whole("Tables", "Tables", "tables", 0, 1000, help="As many as it takes when empty.",
               help_fr="Autant que nécessaire si vide."),
        _people("Participants", "Participants", "attendees"),
        _day("Pairs proposed on", "Binômes proposés le", "matched_on",
             help="Written by Binôme; leave empty.", help_fr="Écrit par Binôme ; laissez vide."),
    ),
    "The evenings where mentors and mentees meet in short rounds.",
    "Les soirées où mentors et mentorés se rencontrent par tours courts.",
)

ENCOUNTER = Sheet(
    "encounter", "Rounds", "Tours", (
        _key("Written by Binôme.", "Écrite par Binôme."),
        _link("Speed-dating", "Speed-dating", "speed_dating", "speed_dating", required=True),
        _whole("Round", "Tour", "round", 0, 1000, required=True),
        _whole("Table", "Table", "table", 0, 1000, required=True),
        _link("Mentor", "Mentor", "mentor", "person", required=True),
        _link("Mentee", "Mentoré", "mentee", "person", required=True),
    ),
    "Who met whom at an evening; Binôme plans it.",
    "Qui a rencontré qui à une soirée ; Binôme le prévoit.",
)

RATING = Sheet(
    "rating", "Ratings", "Appréciations", (
        _key("For example sd-2026-10-dupont-martin.", "Par exemple sd-2026-10-dupont-martin."),
        _link("Speed-dating", "Speed-dating", "speed_dating", "speed_dating", required=True),
        _link("Who rates", "Qui apprécie", "rater", "person", required=True),
        _link("Who is rated", "Qui est apprécié", "rated", "person", required=True),
        _choice("Wish to work together", "Envie de travailler ensemble", "rank", crm.RANKS),
    ),
    "What each wishes after a round; purged after the matching. No comment.",
    "Ce que chacun souhaite après un tour ; purgé après l'appariement. Aucun commentaire.",
)

SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType({
    sheet.kind: sheet
    for sheet in (
        ORGANISATION, STAY, PERSON, PAIR, CHARTER, ROADMAP, MEETING, CLUB_SESSION, CONTRIBUTION,
        SPEED_DATING, ENCOUNTER, RATING,
    )
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
