"""The year's hours on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.at_work import Run, document


def test_the_report_tells_and_writes_the_year(club: Run, tmp_path: Path) -> None:
    """One document with the minutes; the table as CSV and as a page where asked; nothing without."""
    plain = document(club, "report", "hours", "--year", "2026")
    assert plain["confirmed_minutes"] == sum(sum(one["months"]) for one in plain["categories"].values()) > 0
    assert (plain["worth"], plain["files"]) == (None, [])
    told = document(club, "report", "hours", "--year", "2026", "--rate", "12,5", "--csv", "h.csv", "--pdf", "h.pdf")
    assert told["worth"]["864"] == told["worth"]["875"] == f"{plain['confirmed_minutes'] * 12.5 / 60:.2f}"
    assert (tmp_path / "h.csv").read_bytes().startswith(b"\xef\xbb\xbfann")
    assert (tmp_path / "h.pdf").read_bytes().startswith(b"%PDF")


def test_the_report_is_a_table_in_the_clubs_language(club: Run) -> None:
    """Names of people are nowhere in it."""
    shown = club("report", "hours", "--year", "2026")[1]
    assert "Heures bénévoles 2026" in shown
    assert "Permanence conseil" in shown


@pytest.mark.parametrize("rate", ["free", "-3", "0", "NaN"])
def test_a_rate_is_euros(club: Run, rate: str) -> None:
    """What is no amount is refused as misuse."""
    assert club("report", "hours", f"--rate={rate}")[0] == 2
