"""Where values may land in the CRM: every model and field that Binôme uses, with the audience Odoo really gives it.

The data module is built from this page, and the catalogue's lint checks every map against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mappings.choices import (
    CATEGORIES, CHARTER_STATES, CONTRIBUTION_STATES, END_CODES, MEETING_KINDS, MEETING_STATES,
    PAIR_STATES, PROFILE_STATES, RANKS, ROLES, SESSION_STATES, SIGNATURE_WAYS,
)
from mappings.computed import DAYS_MET, HELD, HELD_DEPENDS, MINUTES_MET, NEXT_DUE
from mappings.confidentiality import Audience
from mappings.home import SECTIONS, TILES

PARTNER = "res.partner"
MODULE = "binome_mentoring"


@dataclass(frozen=True, slots=True)
class Destination:
    """One field of a CRM model. ``code`` makes it computed and stored by the CRM from the fields of ``depends``."""

    type: str
    label: str = ""
    label_fr: str = ""
    relation: str = ""
    inverse: str = ""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    required: bool = False
    default: object = None
    depends: str = ""
    code: str = ""
    tracked: bool = False
    help: str = ""
    help_fr: str = ""
    table: str = ""
    """Of a second many2many to the same model: Odoo would keep both in one table, and mix them."""


@dataclass(frozen=True, slots=True)
class Model:
    """One CRM model: its audience is the one that Odoo enforces on it, not the one we wish for."""

    name: str
    audience: Audience
    fields: Mapping[str, Destination]
    label: str = ""
    label_fr: str = ""
    order: str = "id desc"
    screen: bool = False
    """A screen's own: it holds nothing of the register, and only the module writes it."""

    @property
    def ours(self) -> bool:
        """Tell whether our data module makes this model."""
        return self.name.startswith("x_mentoring_")


def _text(label: str, label_fr: str, **more: object) -> Destination:
    return Destination("char", label, label_fr, **more)  # type: ignore[arg-type] # forwarded options


def _day(label: str, label_fr: str, **more: object) -> Destination:
    return Destination("date", label, label_fr, **more)  # type: ignore[arg-type] # forwarded options


def _whole(label: str, label_fr: str, **more: object) -> Destination:
    return Destination("integer", label, label_fr, **more)  # type: ignore[arg-type] # forwarded options


def _flag(label: str, label_fr: str, **more: object) -> Destination:
    return Destination("boolean", label, label_fr, **more)  # type: ignore[arg-type] # forwarded options


def _link(label: str, label_fr: str, relation: str, **more: object) -> Destination:
    return Destination("many2one", label, label_fr, relation, **more)  # type: ignore[arg-type] # forwarded options


def _choice(label: str, label_fr: str, choices: Mapping[str, tuple[str, str]], **more: object) -> Destination:
    return Destination("selection", label, label_fr, choices=choices, **more)  # type: ignore[arg-type] # forwarded


def _name(code: str, depends: str) -> Destination:
    return Destination("char", "Name", "Nom", depends=depends, code=code)


def _ours(
    name: str, label: str, label_fr: str, order: str, fields: Mapping[str, Destination],
    audience: Audience = Audience.STAFF,
) -> Model:
    everywhere = {"x_active": _flag("Active", "Actif", default=True)}
    return Model(name, audience, MappingProxyType({**fields, **everywhere}), label, label_fr, order)


def _figure(kind: str, label: str, label_fr: str, name: str, value: str, depends: str = "") -> Destination:
    # One field a code: a code that also wrote its sisters would start a write for each of them.
    code = f"for pair in self:\n    pair['{name}'] = {value}"
    return Destination(kind, label, label_fr, depends=f"{HELD_DEPENDS}{depends}", code=code)


PARTNER_MODEL = Model(PARTNER, Audience.EMPLOYEES, MappingProxyType({
    "name": Destination("char"), "is_company": Destination("boolean"), "active": Destination("boolean"),
    "email": Destination("char"), "phone": Destination("char"), "city": Destination("char"),
    "function": Destination("char"), "parent_id": Destination("many2one", relation=PARTNER),
    "category_id": Destination("many2many", relation="res.partner.category"),
    "type": Destination("selection", choices={"contact": ("Contact", "Contact"), "other": ("Other", "Autre")}),
}), "Contact", "Contact")

STAY = _ours("x_mentoring_stay", "Hosting stay", "Hébergement", "x_start desc, id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_organisation_id.name or '?'", "x_organisation_id.name"),
    "x_organisation_id": _link("Venture", "Jeune entreprise", PARTNER, required=True),
    "x_start": _day("Start", "Début", required=True),
    "x_planned_end": _day("Planned end", "Fin prévue", tracked=True),
    "x_end": _day("Real end", "Fin réelle", tracked=True),
})

CARD = _ours("x_mentoring_card", "Confidential contact details", "Coordonnées confidentielles", "x_name, id", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_partner_id.name or '?'", "x_partner_id.name"),
    "x_partner_id": _link("Person", "Personne", PARTNER, required=True),
    "x_share_email": _flag("Shares the e-mail", "Partage son e-mail", tracked=True),
    "x_share_phone": _flag("Shares the phone", "Partage son téléphone", tracked=True),
    "x_share_roles": _flag("Shares the role", "Partage son rôle", tracked=True),
    "x_share_photo": _flag("Shares the photo", "Partage sa photo", tracked=True),
    "x_share_expertise": _flag("Shares the expertise", "Partage son expertise", tracked=True),
    "x_private_email": _text("E-mail kept private", "E-mail gardé privé"),
    "x_private_phone": _text("Phone kept private", "Téléphone gardé privé"),
})

PROFILE = _ours("x_mentoring_profile", "Mentoring profile", "Profil de mentorat", "x_name, id", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_partner_id.name or '?'", "x_partner_id.name"),
    "x_partner_id": _link("Person", "Personne", PARTNER, required=True),
    "x_role": _choice("Role", "Rôle", ROLES, required=True),
    "x_state": _choice("Status", "Statut", PROFILE_STATES, default="active", tracked=True),
    "x_capacity": _whole("Capacity", "Capacité", help="How many active pairs the mentor agreed to.",
                         help_fr="Nombre de binômes actifs que le mentor accepte."),
    "x_expertise": _text("Expertise", "Expertise"),
    "x_conflict_ids": Destination("many2many", "Conflicts of interest", "Conflits d'intérêts", PARTNER),
})

PAIR = _ours("x_mentoring_pair", "Mentoring pair", "Binôme", "x_start desc, id desc", {
    "x_name": _name(
        "for r in self:\n    r['x_name'] = '%s – %s' % (r.x_mentor_id.name or '?', r.x_mentee_id.name or '?')",
        "x_mentor_id.name,x_mentee_id.name"),
    "x_mentor_id": _link("Mentor", "Mentor", PARTNER, required=True),
    "x_mentee_id": _link("Mentee", "Mentoré", PARTNER, required=True),
    "x_stay_id": _link("Hosting stay", "Hébergement", "x_mentoring_stay"),
    "x_state": _choice("Status", "Statut", PAIR_STATES, required=True, default="proposed", tracked=True),
    "x_mentor_accepted": _flag("Accepted by the mentor", "Accepté par le mentor"),
    "x_mentee_accepted": _flag("Accepted by the mentee", "Accepté par le mentoré"),
    "x_mentor_shares": _flag("Mentor lets employees know", "Le mentor le laisse savoir", tracked=True),
    "x_mentee_shares": _flag("Mentee lets employees know", "Le mentoré le laisse savoir", tracked=True),
    "x_proposed_on": _day("Proposed on", "Proposé le"),
    "x_start": _day("Start", "Début"),
    "x_planned_end": _day("Planned end", "Fin prévue", tracked=True),
    "x_end": _day("Real end", "Fin réelle"),
    "x_end_code": _choice("How it ended", "Façon dont il a pris fin", END_CODES),
    "x_cadence_days": _whole("Cadence (days)", "Cadence (jours)", default=30),
    "x_coordinator_id": _link("Coordinator", "Coordinateur", "res.users"),
    "x_private": _flag("Known to its coordinator only", "Connu de son coordinateur seul"),
    "x_meeting_ids": Destination("one2many", "Meetings", "Rencontres", "x_mentoring_meeting", "x_pair_id"),
    "x_charter_ids": Destination("one2many", "Charters", "Chartes", "x_mentoring_charter", "x_pair_id"),
    "x_roadmap_ids": Destination("one2many", "Roadmaps", "Feuilles de route", "x_mentoring_roadmap", "x_pair_id"),
    "x_meetings_held": _figure("integer", "Meetings held", "Rencontres tenues", "x_meetings_held", f"len({HELD})"),
    "x_minutes": _figure("integer", "Minutes met", "Minutes de rencontre", "x_minutes", MINUTES_MET,
                         ",x_meeting_ids.x_minutes"),
    "x_last_meeting": _figure("date", "Last meeting", "Dernière rencontre", "x_last_meeting",
                              f"max({DAYS_MET}, default=False)", ",x_meeting_ids.x_date"),
    "x_next_due": Destination("date", "Next meeting due", "Prochaine rencontre attendue", code=NEXT_DUE,
                              depends="x_state,x_last_meeting,x_start,x_cadence_days"),
})

CHARTER = _ours("x_mentoring_charter", "Charter", "Charte", "id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = '%s – %s' % (r.x_version or '?', r.x_pair_id.x_name or '?')",
                    "x_version,x_pair_id.x_name"),
    "x_pair_id": _link("Pair", "Binôme", "x_mentoring_pair", required=True),
    "x_version": _text("Version", "Version", required=True),
    "x_state": _choice("Status", "Statut", CHARTER_STATES, required=True, default="draft", tracked=True),
    "x_hash": _text("Document hash", "Empreinte du document"),
    "x_sent_on": _day("Sent on", "Envoyée le"),
    "x_mentor_signed_on": _day("Signed by the mentor on", "Signée par le mentor le", tracked=True),
    "x_mentee_signed_on": _day("Signed by the mentee on", "Signée par le mentoré le", tracked=True),
    "x_mentor_signed_way": _choice("How the mentor signed", "Mode de signature du mentor", SIGNATURE_WAYS),
    "x_mentee_signed_way": _choice("How the mentee signed", "Mode de signature du mentoré", SIGNATURE_WAYS),
    "x_mentor_recorded_by": _text("Mentor's signature recorded by", "Signature du mentor enregistrée par"),
    "x_mentee_recorded_by": _text("Mentee's signature recorded by", "Signature du mentoré enregistrée par"),
})

ROADMAP = _ours("x_mentoring_roadmap", "Roadmap", "Feuille de route", "id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_pair_id.x_name or '?'", "x_pair_id.x_name"),
    "x_pair_id": _link("Pair", "Binôme", "x_mentoring_pair", required=True),
    "x_agreed_on": _day("Agreed on", "Convenue le", required=True),
    "x_milestones": _whole("Milestones", "Jalons"),
    "x_milestones_done": _whole("Milestones done", "Jalons atteints"),
})

MEETING = _ours("x_mentoring_meeting", "Mentoring meeting", "Rencontre de mentorat", "x_date desc, id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_pair_id.x_name or '?'", "x_pair_id.x_name"),
    "x_pair_id": _link("Pair", "Binôme", "x_mentoring_pair", required=True),
    "x_date": _day("Date", "Date", required=True, tracked=True),
    "x_minutes": _whole("Minutes", "Minutes", default=60),
    "x_kind": _choice("Kind", "Nature", MEETING_KINDS, required=True, default="regular"),
    "x_state": _choice("Status", "Statut", MEETING_STATES, required=True, default="planned", tracked=True),
    "x_mentor_confirmed": _flag("Confirmed by the mentor", "Confirmée par le mentor"),
    "x_mentee_confirmed": _flag("Confirmed by the mentee", "Confirmée par le mentoré"),
})

SESSION = _ours("x_mentoring_session", "Club session", "Réunion du club", "x_date desc, id desc", {
    "x_name": _name(
        "for r in self:\n    r['x_name'] = '%s T%s' % (r.x_date.year, (r.x_date.month + 2) // 3) if r.x_date else '?'",
        "x_date"),
    "x_date": _day("Date", "Date", required=True),
    "x_state": _choice("Status", "Statut", SESSION_STATES, required=True, default="planned"),
    "x_coach_id": _link("Coach", "Coach", PARTNER),
    "x_invited_ids": Destination(
        "many2many", "Invited", "Invités", PARTNER, table="x_mentoring_session_invited_rel"),
    "x_attendee_ids": Destination("many2many", "Attendees", "Présents", PARTNER),
    "x_minutes": _whole("Minutes", "Minutes", default=120),
})

SPEED_DATING = _ours("x_mentoring_speed_dating", "Speed-dating", "Soirée speed-dating", "x_date desc, id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = 'Speed-dating %s' % (r.x_date or '?')", "x_date"),
    "x_date": _day("Date", "Date", required=True),
    "x_state": _choice("Status", "Statut", SESSION_STATES, required=True, default="planned"),
    "x_rounds": _whole("Rounds", "Tours", default=8),
    "x_round_minutes": _whole("Minutes a round", "Minutes par tour", default=8),
    "x_tables": _whole("Tables", "Tables", help="0: as many as it takes.", help_fr="0 : autant que nécessaire."),
    "x_attendee_ids": Destination("many2many", "Participants", "Participants", PARTNER),
    "x_matched_on": _day("Pairs proposed on", "Binômes proposés le"),
    "x_encounter_ids": Destination("one2many", "Rounds", "Tours", "x_mentoring_encounter", "x_speed_dating_id"),
    "x_rating_ids": Destination("one2many", "Ratings", "Appréciations", "x_mentoring_rating", "x_speed_dating_id"),
})

ENCOUNTER = _ours("x_mentoring_encounter", "Speed-dating round", "Tour de speed-dating", "x_round, x_table, id", {
    **{name: PAIR.fields[name] for name in ("x_name", "x_mentor_id", "x_mentee_id")},
    "x_speed_dating_id": _link("Speed-dating", "Soirée speed-dating", "x_mentoring_speed_dating", required=True),
    "x_round": _whole("Round", "Tour"),
    "x_table": _whole("Table", "Table"),
})

RATING = _ours("x_mentoring_rating", "Rating", "Appréciation", "x_rater_id, id", {
    "x_name": _name(
        "for r in self:\n    r['x_name'] = '%s → %s' % (r.x_rater_id.name or '?', r.x_rated_id.name or '?')",
        "x_rater_id.name,x_rated_id.name"),
    "x_speed_dating_id": _link("Speed-dating", "Soirée speed-dating", "x_mentoring_speed_dating", required=True),
    "x_rater_id": _link("Who rates", "Qui apprécie", PARTNER, required=True),
    "x_rated_id": _link("Who is rated", "Qui est apprécié", PARTNER, required=True),
    "x_rank": _choice("Wish to work together", "Envie de travailler ensemble", RANKS),
})

CONTRIBUTION = _ours("x_mentoring_contribution", "Volunteer time", "Heures bénévoles", "x_date desc, id desc", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_partner_id.name or '?'", "x_partner_id.name"),
    "x_partner_id": _link("Person", "Personne", PARTNER, required=True),
    "x_date": _day("Date", "Date", required=True),
    "x_category": _choice("Category", "Catégorie", CATEGORIES, required=True),
    "x_minutes": _whole("Minutes", "Minutes", required=True),
    "x_hours": Destination("float", "Hours", "Heures", depends="x_minutes",
                           code="for r in self:\n    r['x_hours'] = r.x_minutes / 60.0"),
    "x_state": _choice("Status", "Statut", CONTRIBUTION_STATES, required=True, default="declared"),
})

KNOWN = _ours("x_mentoring_known", "Mentoring directory", "Annuaire du mentorat", "x_name, id", {
    name: PROFILE.fields[name] for name in ("x_name", "x_partner_id", "x_expertise")
}, Audience.EMPLOYEES)

KNOWN_PAIR = _ours("x_mentoring_known_pair", "Known pair", "Binôme connu", "x_name, id", {
    name: PAIR.fields[name] for name in ("x_name", "x_mentor_id", "x_mentee_id")
}, Audience.EMPLOYEES)

HOME = replace(_ours("x_mentoring_home", "Mentoring home", "Accueil du mentorat", "x_sequence, id", {
    "x_name": _name("for r in self:\n    r['x_name'] = r.x_tile or '?'", "x_tile"),
    "x_tile": _choice("Tile", "Tuile", TILES, required=True),
    "x_section": _choice("Section", "Rubrique", SECTIONS, required=True),
    "x_sequence": _whole("Sequence", "Ordre"),
}), screen=True)

MODELS: Mapping[str, Model] = MappingProxyType({
    model.name: model
    for model in (
        PARTNER_MODEL, STAY, CARD, PROFILE, PAIR, CHARTER, ROADMAP, MEETING, SESSION, CONTRIBUTION,
        SPEED_DATING, ENCOUNTER, RATING, KNOWN, KNOWN_PAIR, HOME,
    )
})
"""Every CRM model that Binôme touches, each after those it links to."""

ROLE_TAGS: Mapping[str, str] = MappingProxyType({
    "mentor": f"{MODULE}.tag_mentor", "mentee": f"{MODULE}.tag_mentee", "coach": f"{MODULE}.tag_coach",
})
"""The contact tag (external id) that shows a shared role to employees."""
