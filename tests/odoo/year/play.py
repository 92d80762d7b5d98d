"""The year as it is played: staff work in a real Odoo, commands are run, and the daily jobs follow each day."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import time_machine

from connector.register.repository import Register
from mappings.records import Encounter, Key, Pair, Rating
from mappings.values import external_id
from sync_jobs.cli import main
from tests.contract.real import RealStaff

from . import deeds
from .cast import cast, key
from .script import EVENINGS, MENTEES, MENTORS, PAIRS, SHORT_STAYS, VERSION, YEAR, Event

NOON = dt.time(12, tzinfo=dt.UTC)


class CommandFailed(AssertionError):
    """A command ended otherwise than the year needs it."""


def binome(*words: str, codes: Iterable[int] = (0,)) -> dict[str, Any]:
    """Run a command in this process, and give its document."""
    said, code = io.StringIO(), 0
    with contextlib.redirect_stdout(said):
        try:
            main([*words, "--json"])
        except SystemExit as ended:
            code = int(ended.code or 0)
    document: dict[str, Any] = json.loads(said.getvalue() or "{}")
    if code not in codes:
        raise CommandFailed(f"binome {' '.join(words)}: exit {code}, {document.get('message')}")
    return document


@dataclass
class Year:
    """The club in its year. ``pairs`` gives each pair's key by its number, in the order of its proposal."""

    staff: RealStaff
    register_url: str
    config: Path
    today: dt.date = EVENINGS[0]
    pairs: dict[int, Key] = field(default_factory=dict)
    sessions: dict[int, int] = field(default_factory=dict)
    seen: dict[str, set[Any]] = field(default_factory=dict)
    """What was to be seen on some day: states of pairs, charters and meetings, reminders, warnings."""

    def begin(self) -> None:
        """Enter the cast."""
        with self.register() as register:
            register.save(list(cast()))
        self.configure(VERSION)

    def register(self) -> Register:
        """Open the register as a person with a program of their own would."""
        return Register.open(self.register_url)

    def configure(self, version: str) -> None:
        """Write the club's configuration: all is compared once a week."""
        told = f'[club]\nname = "Club"\ncharter_version = "{version}"\n[jobs]\nfull_hours = 168\n'
        self.config.write_text(told, encoding="utf-8")

    def day(
        self, today: dt.date, happening: Iterable[Event], trial: Callable[[Year], None] | None, evening: int | None,
    ) -> None:
        """Live one day: what the rules forbid, an evening, what else people do, and the jobs of the night."""
        self.today = today
        with time_machine.travel(dt.datetime.combine(today, NOON), tick=True):
            if trial:
                trial(self)
            if evening is not None:
                self.evening(evening)
            for event in happening:
                self.do(event)
            self.jobs()

    def do(self, event: Event) -> None:
        """Do one thing of the script."""
        deed = getattr(deeds, event.what)
        deed(self, *([event.pair] if event.pair else []), **event.given)

    def jobs(self) -> None:
        """Run the daily jobs, and note what is to be seen."""
        self.run("sync")
        reminded = self.run("reminders")
        self.note("reminders", (row["reminder"] for row in reminded["due"]))
        if self.today.weekday() == 0:
            self.run("retention", "--apply")
        with self.register() as register:
            self.note("pair", (pair.state.value for pair in register.all("pair")))  # type: ignore[attr-defined]
            self.note("charter", (one.state.value for one in register.all("charter")))  # type: ignore[attr-defined]
            self.note("meeting", (one.state.value for one in register.all("meeting")))  # type: ignore[attr-defined]

    def note(self, what: str, found: Iterable[Any]) -> None:
        """Remember what is seen today."""
        self.seen.setdefault(what, set()).update(found)

    def run(self, *words: str, codes: Iterable[int] = (0, 3)) -> dict[str, Any]:
        """Run a command of the club."""
        return binome(*words, "--config", str(self.config), codes=codes)

    def name(self, kind: str, of: Key) -> str:
        """Name a record as the CRM knows it."""
        return external_id(kind, of)

    def person(self, kind: str, number: int) -> int:
        """Find a contact."""
        return self.staff.id_of("res.partner", self.name("person", key(kind, number)))

    # The evenings

    def evening(self, number: int) -> None:
        """Hold an evening: staff enter it in Odoo, who meets whom is planned, wishes are typed, pairs are proposed."""
        half = MENTEES // 2
        founders = range(1, PAIRS // 2 + 1) if number == 0 else range(half, MENTEES + 1)
        guests = [self.person("m", n) for n in range(1, MENTORS + 1)] + [self.person("e", n) for n in founders]
        self.staff.create("x_mentoring_speed_dating", x_date=str(EVENINGS[number]), x_rounds=8, x_attendee_ids=guests)
        self.run("sync")
        with self.register() as register:
            (evening,) = (e.key for e in register.all("speed_dating") if e.date == EVENINGS[number])  # type: ignore[attr-defined]
        self.run("match", str(evening), "--rotation", "--apply")
        self.run("sync")
        self.type_wishes(evening)
        self.run("sync")
        self.run("match", str(evening))
        self.run("match", str(evening), "--apply", "--purge")
        self.run("sync")
        self.number_pairs(number)

    def type_wishes(self, evening: Key) -> None:
        """Type everybody's sheet: who met in the first round wish for each other, and for nobody else."""
        with self.register() as register:
            met = [e for e in register.all("encounter") if isinstance(e, Encounter) and e.speed_dating == evening]
            sheets = [r for r in register.all("rating") if isinstance(r, Rating) and r.speed_dating == evening]
        first = min(one.round for one in met)
        loved = {frozenset((one.mentor, one.mentee)) for one in met if one.round == first}
        for rating in sheets:
            rank = "absolutely" if frozenset((rating.rater, rating.rated)) in loved else "no"
            self.staff.write("x_mentoring_rating", self.name("rating", rating.key), x_rank=rank)

    def number_pairs(self, evening: int) -> None:
        """Number the pairs of an evening by their mentors, and shorten the stays that are short."""
        mentors = {key("m", n): n for n in range(1, MENTORS + 1)}
        with self.register() as register:
            fresh = [p for p in register.all("pair") if isinstance(p, Pair) and p.key not in self.pairs.values()]
            for pair in fresh:
                self.pairs[mentors[pair.mentor] + evening * PAIRS // 2] = pair.key
            stays = {n: register.get("pair", self.pairs[n]) for n in SHORT_STAYS if n in self.pairs and not evening}
        for pair in stays.values():
            assert isinstance(pair, Pair)
            assert pair.stay is not None
            self.staff.write("x_mentoring_stay", self.name("stay", pair.stay), x_planned_end=f"{YEAR}-09-30")
