"""Organisations and their hosting stays."""

from mappings.base import EntityMap, Policy, day, flag, link, text
from mappings.records import Organisation, Stay

ORGANISATION = EntityMap(
    "organisation", Organisation, "res.partner",
    (
        text("name", "name"),
        text("city", "city"),
        link("parent", "parent_id", "organisation"),
        flag("active", "active"),
    ),
    # Odoo keeps one address for a contact and its parent; "other" lets a company of a group keep its own city.
    constants={"is_company": True, "type": "other"},
)

STAY = EntityMap(
    "stay", Stay, "x_mentoring_stay",
    (
        link("organisation", "x_organisation_id", "organisation", Policy.REGISTER),
        day("start", "x_start"),
        day("planned_end", "x_planned_end"),
        day("end", "x_end"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
