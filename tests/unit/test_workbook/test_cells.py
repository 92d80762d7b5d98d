"""What one cell may hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sync_jobs.migrations.cells import Unfit, parse
from sync_jobs.migrations.columns import Column, Sheet
from sync_jobs.migrations.sheets import CHARTER, CLUB_SESSION, PAIR, PERSON, STAY

MARCH_2 = dt.date(2026, 3, 2)
MIDNIGHT = dt.datetime.combine(MARCH_2, dt.time())


def column(sheet: Sheet, name: str) -> Column:
    return next(c for c in sheet.columns if c.name == name)


@pytest.mark.parametrize(
    ("sheet", "name", "cell", "value"),
    [
        (STAY, "start", MARCH_2, MARCH_2), (STAY, "start", MIDNIGHT, MARCH_2),
        (STAY, "start", "2026-03-02", MARCH_2), (STAY, "start", "02/03/2026", MARCH_2),
        (STAY, "start", " 2/3/2026 ", MARCH_2),
        (PERSON, "name", "  Jean-Noël   Perrin ", "Jean-Noël Perrin"), (PERSON, "name", "Noe\u0301mie", "Noémie"),
        (PERSON, "name", "Anne\nSophie", "Anne Sophie"),
        (PERSON, "name", "=1+1", "=1+1"), (PERSON, "name", "می\u200cنا", "می\u200cنا"),
        (CHARTER, "version", 2.0, "2"), (CHARTER, "version", 2.5, "2.5"), (PERSON, "ref", 12.0, "12"),
        (PERSON, "email", "Zoé@exemple.example", "Zoé@exemple.example"),
        (PERSON, "phone", "06 39 98 12 34", "+33639981234"), (PERSON, "phone", 639981234.0, "+33639981234"),
        (PERSON, "phone", "+41 22 730 51 11", "+41227305111"),
        (PERSON, "roles", "Mentoré ; COACH", {"mentee", "coach"}), (PERSON, "roles", "mentee,", {"mentee"}),
        (PERSON, "share_email", "Oui", True), (PERSON, "share_email", True, True), (PERSON, "share_email", 0.0, False),
        (PERSON, "share_email", "x", True), (PERSON, "share_email", "FAUX", False),
        (PERSON, "capacity", 3.0, 3), (PERSON, "capacity", "3", 3),
        (PAIR, "state", "charte a signer", "charter_pending"), (PAIR, "state", "ENDED", "ended"),
        (PAIR, "state", "Charter to sign", "charter_pending"),
        (PAIR, "end_code", "Fin de l’hébergement", "stay_ended"),
        (CLUB_SESSION, "attendees", "a, b;c", ("a", "b", "c")),
    ],
)
def test_a_cell_may_be_written_in_several_ways(sheet: Sheet, name: str, cell: Any, value: Any) -> None:
    """Case, accents, apostrophes, spaces, Excel's own numbers and both languages do not matter."""
    assert parse(column(sheet, name), cell, french=True) == value


@pytest.mark.parametrize(
    ("sheet", "name", "cell", "code"),
    [
        (STAY, "start", "le 3 mars", "day"), (STAY, "start", "31/02/2026", "day"), (STAY, "start", "02/03/26", "day"),
        (STAY, "start", "03-02-2026", "day"), (STAY, "start", 46083.0, "day"), (STAY, "start", True, "day"),
        (STAY, "start", "2026-02-30", "day"), (STAY, "start", dt.date(206, 3, 2), "day_range"),
        (STAY, "start", MIDNIGHT.replace(hour=14), "day_time"), (STAY, "start", dt.time(14), "day"),
        (PERSON, "name", MARCH_2, "text"), (PERSON, "name", "Ann\u202eabc", "hidden"),
        (PERSON, "name", "a\x07b", "hidden"),
        (PERSON, "name", "a\u200bb", "hidden"), (PERSON, "name", "a\ufeffb", "hidden"),
        (PERSON, "name", "a" * 201, "long"),
        (PERSON, "ref", "a,b", "key"), (PERSON, "ref", "a" * 65, "key"), (PERSON, "ref", "a\u2066b", "key"),
        (PERSON, "email", "nobody", "email"), (PERSON, "email", "a b@example.org", "email"),
        (PERSON, "phone", "12", "phone"), (PERSON, "phone", "no number", "phone"),
        (PERSON, "roles", "mentor, chef", "choice"), (PERSON, "share_email", "peut-être", "yes_no"),
        (PERSON, "capacity", 2.5, "whole"), (PERSON, "capacity", -1.0, "whole"),
        (PERSON, "capacity", "beaucoup", "whole"),
        (PERSON, "capacity", True, "whole"), (PERSON, "capacity", "٣", "whole"), (PERSON, "capacity", 1e300, "whole"),
        (PAIR, "cadence_days", 6.0, "whole"), (PAIR, "state", "fini", "choice"),
        (CLUB_SESSION, "attendees", "a, b\u202e", "key"),
    ],
)
def test_anything_else_is_told_by_its_code(sheet: Sheet, name: str, cell: Any, code: str) -> None:
    """A cell that does not hold what its column takes is refused, and its error does not repeat it."""
    with pytest.raises(Unfit) as caught:
        parse(column(sheet, name), cell, french=True)
    assert caught.value.code == code
    assert str(cell) not in str(caught.value.details)


def test_a_day_that_can_be_read_two_ways_is_refused() -> None:
    """Under English headers 02/03/2026 could be February or March, so it is neither; ISO text is always read."""
    start = column(STAY, "start")
    with pytest.raises(Unfit, match="day"):
        parse(start, "02/03/2026", french=False)
    assert parse(start, "2026-03-02", french=False) == MARCH_2
