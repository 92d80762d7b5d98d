"""Speed-dating evenings: who meets whom in which round, and what each wishes until the matching."""

from mappings.base import EntityMap, Policy, choice, day, flag, link, links, whole
from mappings.records import Encounter, Rating, SpeedDating

SPEED_DATING = EntityMap(
    "speed_dating", SpeedDating, "x_mentoring_speed_dating",
    (
        day("date", "x_date"),
        choice("state", "x_state"),
        whole("rounds", "x_rounds"),
        whole("round_minutes", "x_round_minutes"),
        whole("tables", "x_tables"),
        links("attendees", "x_attendee_ids", "person"),
        day("matched_on", "x_matched_on", Policy.REGISTER),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)

ENCOUNTER = EntityMap(
    "encounter", Encounter, "x_mentoring_encounter",
    (
        link("speed_dating", "x_speed_dating_id", "speed_dating", Policy.REGISTER),
        whole("round", "x_round", Policy.REGISTER),
        whole("table", "x_table", Policy.REGISTER),
        link("mentor", "x_mentor_id", "person", Policy.REGISTER),
        link("mentee", "x_mentee_id", "person", Policy.REGISTER),
        flag("active", "x_active", Policy.REGISTER),
    ),
)

RATING = EntityMap(
    "rating", Rating, "x_mentoring_rating",
    (
        link("speed_dating", "x_speed_dating_id", "speed_dating", Policy.REGISTER),
        link("rater", "x_rater_id", "person", Policy.REGISTER),
        link("rated", "x_rated_id", "person", Policy.REGISTER),
        choice("rank", "x_rank"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
