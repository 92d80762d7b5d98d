"""Club sessions: date, coach, attendance and time. There is no field for a case."""

from mappings.base import EntityMap, choice, day, flag, link, links, whole
from mappings.records import ClubSession

CLUB_SESSION = EntityMap(
    "club_session", ClubSession, "x_mentoring_session",
    (
        day("date", "x_date"),
        choice("state", "x_state"),
        link("coach", "x_coach_id", "person"),
        links("invited", "x_invited_ids", "person"),
        links("attendees", "x_attendee_ids", "person"),
        whole("minutes", "x_minutes"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
