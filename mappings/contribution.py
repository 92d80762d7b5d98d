"""Volunteer time: who, when, on what, how long."""

from mappings.base import EntityMap, Policy, choice, day, flag, link, whole
from mappings.records import Contribution

CONTRIBUTION = EntityMap(
    "contribution", Contribution, "x_mentoring_contribution",
    (
        link("person", "x_partner_id", "person", Policy.REGISTER),
        day("date", "x_date"),
        choice("category", "x_category"),
        whole("minutes", "x_minutes"),
        choice("state", "x_state"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
