"""People: the contact that employees see, and what staff alone see."""

from mappings.base import EntityMap, Policy, choice, email, flag, link, links, phone, tagged, text, whole
from mappings.destinations import ROLE_TAGS
from mappings.records import Mentee, Mentor, Person

PERSON = EntityMap(
    "person", Person, "res.partner",
    (
        text("name", "name"),
        link("organisation", "parent_id", "organisation"),
        text("job_title", "function"),
        email("email", "email"),
        phone("phone", "phone"),
        tagged("roles", "category_id", ROLE_TAGS),
        flag("active", "active"),
    ),
    constants={"is_company": False},
)

CARD = EntityMap(
    "card", Person, "x_mentoring_card",
    (
        link("key", "x_partner_id", "person", Policy.REGISTER),
        flag("share_email", "x_share_email"),
        flag("share_phone", "x_share_phone"),
        flag("share_roles", "x_share_roles"),
        flag("share_photo", "x_share_photo"),
        flag("share_expertise", "x_share_expertise"),
        email("email", "x_private_email", twin=True),
        phone("phone", "x_private_phone", twin=True),
    ),
)

MENTOR = EntityMap(
    "mentor", Mentor, "x_mentoring_profile",
    (
        link("person", "x_partner_id", "person", Policy.REGISTER),
        choice("state", "x_state"),
        whole("capacity", "x_capacity"),
        text("expertise", "x_expertise"),
        links("conflicts", "x_conflict_ids", "organisation"),
        flag("active", "x_active"),
    ),
    constants={"x_role": "mentor"},
    adopts_new=True,
)

MENTEE = EntityMap(
    "mentee", Mentee, "x_mentoring_profile",
    (
        link("person", "x_partner_id", "person", Policy.REGISTER),
        choice("state", "x_state"),
        text("expertise", "x_expertise"),
        flag("active", "x_active"),
    ),
    constants={"x_role": "mentee"},
    adopts_new=True,
)
