"""Meetings of pairs: when, how long, of which kind, and who confirmed. What was said has no column."""

from mappings.base import EntityMap, Policy, choice, day, flag, link, whole
from mappings.records import Meeting

MEETING = EntityMap(
    "meeting", Meeting, "x_mentoring_meeting",
    (
        link("pair", "x_pair_id", "pair", Policy.REGISTER),
        day("date", "x_date"),
        whole("minutes", "x_minutes"),
        choice("purpose", "x_kind"),
        choice("state", "x_state"),
        flag("mentor_confirmed", "x_mentor_confirmed"),
        flag("mentee_confirmed", "x_mentee_confirmed"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
