"""The part of the leak proof's day in which the programme is run: charters, an evening, reminders, calendars."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .leak_day import Day


def charters(day: Day) -> None:
    """Ask for new signatures, record them, file what was signed, and hand it to one of the two; no copy stays here."""
    club = day.flock.clubs[0]
    with day.register() as register:
        pair, mia = (str(getattr(register.get(kind, club.keys[name]), "ref", None)) for kind, name in (
            ("pair", "pair"), ("person", "mia"),
        ))
    (day.folder / "back.pdf").write_text(day.flock.signed)
    with day.setting(VAULT_KEY_FILE=str(day.folder / "new-key")):
        for words in (
            "supersede --apply", f"make {pair} --out blank.pdf", f"sent {pair}", f"sign {pair} --by mentor",
            f"sign {pair} --by mentee --json", f"file {pair} back.pdf", "verify back.pdf",
            f"file {pair} --out again.pdf --as {mia}", f"annex {pair} --out annex.pdf --as {mia}",
        ):
            day.binome("charter", *words.split())
    assert (day.folder / "again.pdf").read_text() == day.flock.signed
    day.binome("roadmap", pair, "--as", mia, "--milestones", "9")
    for name in ("blank", "back", "again", "annex"):
        (day.folder / f"{name}.pdf").unlink()


def programme(day: Day) -> None:
    """Plan an evening, ask what is due, answer for a pair, end another, and hand the coordinators their calendars."""
    dating = str(day.flock.clubs[0].evening)
    with day.register() as register:
        pairs = [str(getattr(register.get("pair", club.keys["pair"]), "ref", None)) for club in day.flock.clubs]
    day.binome("match", dating, "--rotation", code=2)
    day.binome("match", dating, "--json")
    day.binome("reminders", "--dry-run")
    day.binome("reminders", "--json")
    day.binome("pair", "accept", pairs[0], "--by", "mentor", code=2)
    day.binome("pair", "decline", pairs[0], "--by", "mentee", code=2)
    day.binome("pair", "end", pairs[1], "--code", "completed")
    day.binome("calendar", "--out", "handed-over")
    shutil.rmtree(day.folder / "handed-over")
    day.binome("jobs")
