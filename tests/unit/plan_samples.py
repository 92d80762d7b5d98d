"""Records, and plans for them, for the planner's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mappings.base import EntityMap
from mappings.catalogue import BY_KIND
from mappings.records import Pair, Person, Record
from sync_jobs.engine.plan import Change, Plan
from tests.property.strategies import base_of, key, planned, remote_of, scope_of

PERSON, CARD, MENTOR, PAIR, ORGANISATION, SESSION, MEETING = (
    BY_KIND[kind] for kind in ("person", "card", "mentor", "pair", "organisation", "club_session", "meeting"))


def person(**more: Any) -> Person:
    """Make a person who shares an e-mail."""
    return Person(**{
        "key": key(1), "name": "Marie Confidentielle", "organisation": key(2), "email": "marie@exemple.fr",
        "phone": "+33612345678", "share_email": True, **more,
    })


def pair(**more: Any) -> Pair:
    """Make a pair."""
    return Pair(**{"key": key(9), "mentor": key(1), "mentee": key(3), "planned_end": dt.date(2026, 12, 31), **more})


def after(
    entity: EntityMap, agreed: Record, *, local: Record | None = None, strangers: tuple[str, ...] = (), **remote: Any,
) -> Plan:
    """Plan for a record that both sides agreed on, after edits on either side."""
    crm = remote_of(entity, agreed, strangers=strangers, **remote)
    return planned(scope_of(entity, local or agreed, crm, base_of(entity, agreed)))


def only(plan: Plan) -> Change:
    """Give the one change of a plan."""
    (change,) = plan.changes
    return change
