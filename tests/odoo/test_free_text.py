"""What staff type freely in a real Odoo around our records does not enter the register."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.free_text import CANARY, held, type_around
from tests.property.small_club import SmallClub

from .ground import Ground

pytestmark = pytest.mark.odoo


@contextmanager
def columns_of_their_own(ground: Ground, *models: str) -> Iterator[str]:
    """Let staff have a column of free text on our models, as Odoo's Studio makes them."""
    made = []
    for model in models:
        (of,) = ground.odoo.execute("ir.model", "search", [("model", "=", model)])
        values = {"name": "x_staff_notes", "field_description": "Notes", "model_id": of, "ttype": "html"}
        made += ground.odoo.execute("ir.model.fields", "create", [values])
    yield "x_staff_notes"
    ground.odoo.execute("ir.model.fields", "unlink", made)


def test_what_staff_type_freely_stays_in_odoo(ground: Ground) -> None:
    """Chatter, remarks, internal notes and columns of their own: an edit comes home, no free text does."""
    club = SmallClub(*ground.numbers(1))
    pair, meeting, mia = club.name("pair", "pair"), club.name("meeting", "met"), club.name("person", "mia")
    with ground.open() as sides, columns_of_their_own(ground, "x_mentoring_pair", "x_mentoring_meeting") as own:
        sides.register.save(club.start())
        sides.cycle.run()
        ground.staff.write("res.partner", mia, comment=CANARY, function="Baker of staff")
        ground.staff.write("x_mentoring_pair", pair, **{own: CANARY}, x_cadence_days=14)
        ground.staff.write("x_mentoring_meeting", meeting, **{own: CANARY})
        around = [("res.partner", mia), ("x_mentoring_pair", pair), ("x_mentoring_meeting", meeting)]
        type_around(ground.staff, around)
        profile = {"x_partner_id": club.name("person", "ann"), "x_role": "mentor", "x_state": "active"}
        ground.staff.note("x_mentoring_profile", ground.staff.create("x_mentoring_profile", **profile), CANARY)
        for full in (False, True):
            sides.cycle.run(full=full)
            met = sides.register.get("meeting", club.keys["met"])
            assert met is not None
            assert met.model_dump()["state"] == "held"
            assert list(held(sides.register, sides.state, "Baker of staff"))
            assert list(held(sides.register, sides.state, "canary")) == []
