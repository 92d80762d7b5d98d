"""Pairs and their roadmaps: staff see that a roadmap exists, its date and its counts."""

from mappings.base import EntityMap, Policy, choice, day, flag, link, whole
from mappings.records import Pair, Roadmap

PAIR = EntityMap(
    "pair", Pair, "x_mentoring_pair",
    (
        link("mentor", "x_mentor_id", "person", Policy.REGISTER),
        link("mentee", "x_mentee_id", "person", Policy.REGISTER),
        link("stay", "x_stay_id", "stay"),
        choice("state", "x_state"),
        flag("mentor_accepted", "x_mentor_accepted"),
        flag("mentee_accepted", "x_mentee_accepted"),
        flag("mentor_shares", "x_mentor_shares"),
        flag("mentee_shares", "x_mentee_shares"),
        day("proposed_on", "x_proposed_on"),
        day("start", "x_start"),
        day("planned_end", "x_planned_end"),
        day("end", "x_end"),
        choice("end_code", "x_end_code"),
        whole("cadence_days", "x_cadence_days"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)

ROADMAP = EntityMap(
    "roadmap", Roadmap, "x_mentoring_roadmap",
    (
        link("pair", "x_pair_id", "pair", Policy.REGISTER),
        day("agreed_on", "x_agreed_on", Policy.REGISTER),
        whole("milestones", "x_milestones", Policy.REGISTER),
        whole("milestones_done", "x_milestones_done", Policy.REGISTER),
        flag("active", "x_active", Policy.REGISTER),
    ),
)
