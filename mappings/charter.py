"""Charters: version, hash and signature dates; the signed text stays in the vault."""

from mappings.base import EntityMap, Policy, choice, day, flag, link, text
from mappings.records import Charter

CHARTER = EntityMap(
    "charter", Charter, "x_mentoring_charter",
    (
        link("pair", "x_pair_id", "pair", Policy.REGISTER),
        text("version", "x_version", Policy.REGISTER),
        text("document_hash", "x_hash", Policy.REGISTER),
        choice("state", "x_state"),
        day("sent_on", "x_sent_on"),
        day("mentor_signed_on", "x_mentor_signed_on"),
        day("mentee_signed_on", "x_mentee_signed_on"),
        choice("mentor_signed_way", "x_mentor_signed_way"),
        choice("mentee_signed_way", "x_mentee_signed_way"),
        text("mentor_recorded_by", "x_mentor_recorded_by"),
        text("mentee_recorded_by", "x_mentee_recorded_by"),
        flag("active", "x_active"),
    ),
    adopts_new=True,
)
