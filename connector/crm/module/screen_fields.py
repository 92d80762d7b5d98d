"""Fields that only the screens use: read by people, never read or written by the sync.

They live on our own models, behind the same rights as the rest (audience STAFF). One without anything to depend on is
computed each time it is shown, with the rights of who looks: a private pair stays out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files as package_files
from types import MappingProxyType

from mappings import health
from mappings.choices import CHARTER_STATES, CONFIRMATIONS, HEALTHS
from mappings.destinations import PAIR, Destination

_CHARTER_STATE = """
for pair in self:
    current = pair.x_charter_ids.filtered(lambda c: c.x_active and c.x_state not in ('superseded', 'terminated'))
    pair['x_charter_state'] = current.sorted('id')[-1:].x_state
"""

_PERSON_PAIRS = """
people = self.x_partner_id.ids
pairs = self.env['x_mentoring_pair'].search(['|', ('x_mentor_id', 'in', people), ('x_mentee_id', 'in', people)])
for profile in self:
    member = 'x_mentor_id' if profile.x_role == 'mentor' else 'x_mentee_id'
    profile['x_pair_ids'] = pairs.filtered(lambda pair: pair[member] == profile.x_partner_id)
"""

_ACTIVE_PAIRS = """
for profile in self:
    profile['x_active_pairs'] = len(profile.x_pair_ids.filtered(lambda pair: pair.x_state == 'active'))
"""

_PERSON_HOURS = """
given = self.env['x_mentoring_contribution'].search([('x_partner_id', 'in', self.x_partner_id.ids)])
for profile in self:
    profile['x_hours'] = sum(c.x_minutes for c in given if c.x_partner_id == profile.x_partner_id) / 60.0
"""

_REACHED = """
cards = self.env['x_mentoring_card'].search([('x_partner_id', 'in', self.x_partner_id.ids)])
for profile in self:
    card = cards.filtered(lambda c: c.x_partner_id == profile.x_partner_id)[:1]
    profile['{column}'] = profile.x_partner_id.{shared} or card.{private}
"""

_HEALTH = """
today = datetime.date.today()
for pair in self:
    due, period = pair.x_next_due, datetime.timedelta(days=pair.x_cadence_days or 30)
    pair['x_health'] = due and ('green' if today <= due else 'amber' if today <= due + period else 'red')
"""

_CONFIRMATION = """
for meeting in self:
    sides = meeting.x_mentor_confirmed + meeting.x_mentee_confirmed
    meeting['x_confirmation'] = ('none', 'one_side', 'both')[sides]
"""

_PROGRESS = """
for roadmap in self:
    done = roadmap.x_milestones_done / roadmap.x_milestones if roadmap.x_milestones else 0
    roadmap['x_progress'] = round(100 * done)
"""

_TILE_FIGURE = """
env = self.env
{tiles}
for tile in self:
    screen, domain = TILES[tile.x_tile]
    tile['{column}'] = {figure}
"""


def _tile(type_: str, label: str, label_fr: str, column: str, figure: str) -> Destination:
    tiles = package_files(__package__).joinpath("actions/home_tiles.py").read_text(encoding="utf-8")
    code = _TILE_FIGURE.format(tiles=tiles, column=column, figure=figure)
    return Destination(type_, label, label_fr, code=code)


def _reached(label: str, label_fr: str, column: str, shared: str, private: str) -> Destination:
    code = _REACHED.format(column=column, shared=shared, private=private)
    return Destination("char", label, label_fr, code=code)


SCREEN_FIELDS: Mapping[str, Mapping[str, Destination]] = MappingProxyType({
    "x_mentoring_stay": {
        "x_pair_ids": Destination("one2many", "Pairs", "Binômes", PAIR.name, "x_stay_id"),
    },
    "x_mentoring_profile": {
        "x_pair_ids": Destination("many2many", "Pairs", "Binômes", PAIR.name, code=_PERSON_PAIRS),
        "x_active_pairs": Destination("integer", "Active pairs", "Binômes actifs", code=_ACTIVE_PAIRS),
        "x_hours": Destination("float", "Volunteer hours", "Heures bénévoles", code=_PERSON_HOURS),
        "x_email": _reached("E-mail", "E-mail", "x_email", "email", "x_private_email"),
        "x_phone": _reached("Phone", "Téléphone", "x_phone", "phone", "x_private_phone"),
    },
    "x_mentoring_pair": {
        "x_charter_state": Destination(
            "selection", "Charter", "Charte", choices=CHARTER_STATES, code=_CHARTER_STATE,
            depends="x_charter_ids.x_state,x_charter_ids.x_active",
        ),
        # Without a dependence: it changes with the day.
        "x_health": Destination(
            "selection", "Health", "Rythme", choices=HEALTHS, code=_HEALTH, help=health.RULE, help_fr=health.RULE_FR,
        ),
    },
    "x_mentoring_meeting": {
        "x_confirmation": Destination(
            "selection", "Who confirmed", "Qui a confirmé", choices=CONFIRMATIONS, code=_CONFIRMATION,
            depends="x_mentor_confirmed,x_mentee_confirmed",
        ),
    },
    "x_mentoring_roadmap": {
        "x_progress": Destination("integer", "Progress (%)", "Avancement (%)", code=_PROGRESS,
                                  depends="x_milestones,x_milestones_done"),
    },
    "x_mentoring_home": {
        "x_count": _tile("integer", "Number", "Nombre", "x_count", "env[SCREENS[screen]].search_count(domain)"),
        "x_hours": _tile(
            "float", "Hours", "Heures", "x_hours",
            "sum(env[SCREENS[screen]].search(domain).mapped('x_minutes')) / 60.0 if screen == 'hours' else 0.0",
        ),
        "x_hourly": Destination("boolean", "In hours", "En heures", depends="x_tile",
                                code="for t in self:\n    t['x_hourly'] = t.x_tile in ('declared', 'hours')"),
    },
    "x_mentoring_session": {
        "x_present": Destination("integer", "Number present", "Nombre de présents", depends="x_attendee_ids",
                                 code="for s in self:\n    s['x_present'] = len(s.x_attendee_ids)"),
    },
})
"""The screen fields of each model."""
