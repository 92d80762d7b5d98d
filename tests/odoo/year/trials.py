"""What the programme forbids, tried by staff in Odoo on some day of the year: each time the rule says no."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .cast import key
from .script import MENTEES, MENTORS, VERSION, YEAR

if TYPE_CHECKING:
    from .play import Year

PAIR = "x_mentoring_pair"


def kept_out(mentor: int, mentee: int) -> Callable[[Year], None]:
    """Enter a pair that may not be: it is not taken in, and its chatter says why."""

    def trial(year: Year) -> None:
        made = year.staff.create(PAIR, x_mentor_id=year.person("m", mentor), x_mentee_id=year.person("e", mentee))
        year.run("sync")
        assert [note for note in year.staff.notes(PAIR, made) if "n'enregistre pas ce binôme" in note]
        with year.register() as register:
            assert not register.linked("pair", "mentee", [key("e", mentee)])
        year.staff.archive(PAIR, made)
        year.run("sync")

    return trial


def set_back(pair: int, **columns: Any) -> Callable[[Year], None]:
    """Change a pair against the rules: it is as before after the next sync, and its chatter says why."""

    def trial(year: Year) -> None:
        name = year.name("pair", year.pairs[pair])
        before = year.staff.read(PAIR, name, *columns)
        told = len(year.staff.notes(PAIR, name))
        year.staff.write(PAIR, name, **columns)
        year.run("sync")
        after = year.staff.read(PAIR, name, *columns)
        assert {c: after[c] for c in columns} == {c: before[c] for c in columns}
        assert [note for note in year.staff.notes(PAIR, name)[: -told or None] if "a remis" in note]

    return trial


def over_capacity(year: Year) -> None:
    """Ask a mentor with two active pairs for a third."""
    mentor = 1
    founder = MENTEES
    made = year.staff.create(PAIR, x_mentor_id=year.person("m", mentor), x_mentee_id=year.person("e", founder),
                             x_mentor_accepted=True, x_mentee_accepted=True, x_state="charter_pending")
    year.run("sync")
    year.staff.create("x_mentoring_charter", x_pair_id=made, x_version=VERSION, x_state="signed",
                      x_mentor_signed_on=str(year.today), x_mentee_signed_on=str(year.today))
    year.run("sync")
    year.staff.write(PAIR, made, x_state="active", x_start=str(year.today))
    year.run("sync")
    assert year.staff.read(PAIR, made, "x_state")["x_state"] == "charter_pending"
    year.staff.write(PAIR, made, x_state="declined")


TRIALS: Mapping[dt.date, tuple[int, Callable[[Year], None]]] = {
    dt.date(YEAR, 2, 3): (1, kept_out(MENTORS, MENTEES)),
    dt.date(YEAR, 2, 4): (2, kept_out(MENTORS - 1, MENTEES - 1)),
    dt.date(YEAR, 2, 2): (3, kept_out(MENTORS - 2, 40)),
    dt.date(YEAR, 2, 6): (4, set_back(1, x_state="accepted")),
    dt.date(YEAR, 2, 10): (5, set_back(1, x_state="active")),
    dt.date(YEAR, 4, 1): (6, set_back(1, x_planned_end=f"{YEAR + 1}-06-30")),
    dt.date(YEAR, 9, 29): (12, over_capacity),
}
"""By day: the rule that is tried, and the attempt, before that day's events."""
