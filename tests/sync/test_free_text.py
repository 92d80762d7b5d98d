"""What staff type freely around our records in the CRM stays there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.crm.sandbox import SandboxCrm
from connector.crm.sandbox.schema import FIELDS
from connector.register.repository import Register
from mappings.catalogue import BY_KIND
from mappings.destinations import MODELS, Destination
from tests.free_text import CANARY, held, type_around
from tests.sync.conftest import CHARTER, FIRM, MEETING, MENTEE, MENTOR, OTHER, PAIR, STAY, Club, records

ONES = {"organisation": FIRM, "person": MENTOR, "card": MENTEE, "stay": STAY, "pair": PAIR, "charter": CHARTER,
        "meeting": MEETING}


@pytest.fixture
def wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Club]:
    """Give a club in step whose CRM has a column of free text more in every model, as staff make them."""
    for model in MODELS:
        monkeypatch.setitem(FIELDS, model, {**FIELDS[model], "x_staff_notes": Destination("char")})
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as register:
        club = Club(register, crm := SandboxCrm.open())
        club.now = dt.datetime.fromisoformat(crm.now()).replace(tzinfo=dt.UTC)
        register.save(records())
        club.sync()
        yield club
    crm.close()


def test_what_staff_type_freely_does_not_enter_the_register(wide: Club) -> None:
    """Notes, remarks, summaries and columns of their own on our records, edited or adopted, are nowhere here."""
    for kind, of in ONES.items():
        wide.write(kind, of, x_staff_notes=CANARY)
    type_around(wide.staff, [(BY_KIND[kind].model, wide.name(kind, of)) for kind, of in ONES.items()])
    wide.write("person", MENTOR, function="Baker of staff")
    profile = {"x_partner_id": wide.name("person", OTHER), "x_role": "mentor", "x_state": "active"}
    wide.staff.create("x_mentoring_profile", **profile, x_staff_notes=CANARY)
    for full in (False, True):
        wide.sync(full=full)
        assert wide.register.count("mentor") == 2
        assert wide.get("meeting", MEETING).state == "held"
        assert list(held(wide.register, wide.state, "Baker of staff"))
        assert list(held(wide.register, wide.state, "canary")) == []
