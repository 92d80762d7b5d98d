"""The first sync of a grown club: 2,000 people, 1,000 pairs and 6,000 meetings into an empty, real Odoo.

Compared with the same CRM records made inside the server's own process (`odoo shell`, in batches, external ids too),
and with a plain odoorpc script that makes a call for each record (on a tenth of them, scaled).
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import odoorpc  # type: ignore[import-untyped] # it ships no types
from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.odoo import OdooCrm
from connector.crm.port import QUIET
from connector.register.repository import Register
from harness import Seed, digest_of, in_turn, median_ratio, peak_megabytes, say, seed, verdict
from mappings.base import EntityMap
from mappings.egress import project
from mappings.meeting import MEETING
from mappings.organisation import ORGANISATION
from mappings.pair import PAIR
from mappings.person import CARD, PERSON
from mappings.records import Meeting, Organisation, Pair, Person, Record
from mappings.vocabulary import MeetingKind, MeetingState, PairState, Role
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.odoo.server import RealOdoo

ORGANISATIONS, PAIRS, MEETINGS_A_PAIR = 100, 1000, 6
PEOPLE = 2 * PAIRS
TENTH = 10
MAPS = (ORGANISATION, PERSON, CARD, PAIR, MEETING)
"""The maps whose records are loaded, in the order of their links."""

TARGETS = {
    "to_in_process": ("at most", 1.5),
    "script_to_ours": ("at least", 8.0),
    "client_peak_mb": ("at most", 200.0),
}

IN_PROCESS = """
import json, time
from pathlib import Path
batches = json.loads(Path(PATH).read_text())
started = time.perf_counter()
work = env(context=dict(env.context, **QUIET))
ids = {}
for model, rows in batches:
    made = work[model].create([
        dict(values, **{column: ids[name] for column, name in links.items()},
             **{column: [(4, work.ref(name).id) for name in names] for column, names in tags.items()})
        for _name, values, links, tags in rows
    ])
    ids.update(zip([row[0] for row in rows], made.ids))
    work["ir.model.data"].create([
        {"module": "binome", "name": name.partition(".")[2], "model": model, "res_id": ids[name], "noupdate": True}
        for name, *_rest in rows
    ])
    env.cr.commit()
print("seconds", time.perf_counter() - started)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One CRM record to be made without Binôme: plain values, links by external id, tags by external id."""

    model: str
    name: str
    values: dict[str, Any]
    links: dict[str, str]
    tags: dict[str, list[str]]


def key(kind: int, number: int) -> UUID:
    """Make a key that is the same in every run."""
    return UUID(f"01920000-{kind:04x}-7000-8000-{number:012x}")


def people(count: int, organisations: int) -> Iterator[Person]:
    """Make mentors, then mentees; some share what others keep to themselves."""
    for n in range(count):
        yield Person(
            key=key(2, n),
            ref=f"P{n}",
            name=f"Camille Exemple {n:04}",
            organisation=key(1, n % organisations),
            job_title="Gérante" if n % 3 else None,
            email=f"camille.{n}@exemple.test",
            phone=f"+33 6 {n:08}",
            roles=frozenset({Role.MENTOR if n < count // 2 else Role.MENTEE}),
            share_email=n % 2 == 0,
            share_phone=n % 3 == 0,
            share_roles=n % 4 != 0,
        )


def records(pairs: int, organisations: int, meetings: int = MEETINGS_A_PAIR) -> Iterator[Record]:
    """Make a club of this many pairs: two people and some meetings each, month by month."""
    yield from (Organisation(key=key(1, n), name=f"Atelier {n:03}", city="Lyon") for n in range(organisations))
    yield from people(2 * pairs, organisations)
    first = dt.date(2026, 1, 5)
    for n in range(pairs):
        yield Pair(
            key=key(3, n),
            ref=f"B{n}",
            mentor=key(2, n),
            mentee=key(2, pairs + n),
            state=PairState.ACTIVE,
            mentor_accepted=True,
            mentee_accepted=True,
            proposed_on=first,
            start=first + dt.timedelta(days=n % 28),
            planned_end=dt.date(2027, 6, 30),
        )
    for month in range(meetings):
        for n in range(pairs):
            yield Meeting(
                key=key(4, month * pairs + n),
                pair=key(3, n),
                date=first + dt.timedelta(days=30 * month + n % 28),
                minutes=45 + 15 * (n % 4),
                purpose=MeetingKind.REGULAR if month else MeetingKind.FIRST_INTERVIEW,
                state=MeetingState.HELD,
                mentor_confirmed=True,
                mentee_confirmed=n % 2 == 0,
            )


def rows_of(club: Sequence[Record]) -> list[Row]:
    """Say what Binôme will make of a club in the CRM, by its own maps: the others make exactly that."""
    return [_row(entity, record) for entity in MAPS for record in club if type(record) is entity.record]


def _row(entity: EntityMap, record: Record) -> Row:
    payload = project(entity, record)
    linking = {item.column for item in entity.fields if item.target}
    values, links, tags = {}, {}, {}
    for column, value in payload.values.items():
        if column in linking and value:
            links[column] = value
        elif isinstance(value, Mapping):
            tags[column] = list(value["link"])
        else:
            values[column] = value
    return Row(entity.model, payload.external_id, values, links, tags)


def batches_of(rows: Sequence[Row], size: int = 500) -> list[tuple[str, list[list[Any]]]]:
    """Cut rows into batches of one map each."""
    by_map: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_map.setdefault((row.model, row.name.rpartition("_")[0]), []).append(row)
    return [
        (model, [[row.name, row.values, row.links, row.tags] for row in members[start : start + size]])
        for (model, _), members in by_map.items()
        for start in range(0, len(members), size)
    ]


class Contest:
    """The three ways to load the same club, each into a fresh copy of the seed."""

    def __init__(self, planted: Seed, folder: Path) -> None:
        """Take the seed; fill the register that every run of ours copies, and say what the others are to make."""
        self._seed, self._folder = planted, folder
        self._register = folder / "filled.db"
        club = list(records(PAIRS, ORGANISATIONS))
        with Register.open(f"sqlite:///{self._register}", create=True) as register:
            register.save(club)
        self._rows = rows_of(club)
        self._tenth = rows_of(list(records(PAIRS // TENTH, ORGANISATIONS // TENTH)))
        self._batches = folder / "batches.json"
        self._batches.write_text(json.dumps(batches_of(self._rows)), encoding="ascii")
        self.peaks: list[float] = []
        self._made: set[str] = set()

    def ours(self) -> float:
        """Load by a sync, in a process of its own; seconds from the start of the run to its end."""
        copied = shutil.copy(self._register, self._folder / "club.db")
        with self._seed.grown() as odoo:
            told = {"url": odoo.url, "database": odoo.database, "key": self._seed.key, "register": str(copied)}
            command = [sys.executable, __file__, "client"]
            done = subprocess.run(command, input=json.dumps(told), text=True, stdout=subprocess.PIPE, check=True)
            report = json.loads(done.stdout)
            self._made.add(_must_hold(odoo, len(self._rows)))
        say(f"ours: {report}")
        self.peaks.append(report["peak_mb"])
        return float(report["seconds"])

    def in_process(self) -> float:
        """Load inside the server's own process, committing each batch as ours does; its start does not count."""
        script = IN_PROCESS.replace("PATH", repr(str(self._batches))).replace("QUIET", repr(dict(QUIET)))
        with self._seed.grown() as odoo:
            told = odoo.shell(script)
            self._made.add(_must_hold(odoo, len(self._rows)))
        return next(float(line.split()[-1]) for line in told.splitlines() if line.startswith("seconds"))

    def alike(self) -> bool:
        """Tell whether ours and the in-process load made the same records with the same values, whoever ran."""
        return len(self._made) == 1

    def script(self) -> float:
        """Load a tenth with a call for each record and one for its external id; seconds for all, login not counted."""
        with self._seed.grown() as odoo:
            client = odoorpc.ODOO("127.0.0.1", port=odoo.port, timeout=600)
            client.login(odoo.database, odoo.login, odoo.password)
            names = sorted({name for row in self._tenth for tags in row.tags.values() for name in tags})
            ids = {name: odoo.resolve(name) for name in names}
            started = time.perf_counter()
            for row in self._tenth:
                links = {column: ids[name] for column, name in row.links.items()}
                tags = {column: [(4, ids[name]) for name in wanted] for column, wanted in row.tags.items()}
                ids[row.name] = client.execute_kw(row.model, "create", [{**row.values, **links, **tags}])
                module, _, name = row.name.partition(".")
                bound = {"module": module, "name": name, "model": row.model, "res_id": ids[row.name]}
                client.execute_kw("ir.model.data", "create", [bound])
            seconds = time.perf_counter() - started
            _must_hold(odoo, len(self._tenth))
        return seconds * len(self._rows) / len(self._tenth)


def _must_hold(odoo: RealOdoo, count: int) -> str:
    """Stop the bench where a contestant did not bind as many records as it was to make; give a digest of them all."""
    found = int(odoo.psql("SELECT count(DISTINCT (model, res_id)) FROM ir_model_data WHERE module = 'binome'"))
    if found != count:
        raise RuntimeError(f"{found} records bound, not {count}")
    return "".join(odoo.psql(digest_of(entity)) for entity in MAPS)


def client(told: dict[str, str]) -> dict[str, Any]:
    """Run one sync as the sync's user and tell its figures; this process does nothing else."""
    with Register.open(f"sqlite:///{told['register']}") as register:
        crm = OdooCrm(Json2Transport(told["url"], told["database"], SecretStr(told["key"])))
        cycle = Cycle(register, crm, State(register, Digests(b"bench")), caps=Caps(creates=10**6, updates=10**6))
        started = time.perf_counter()
        report = cycle.run()
        seconds = time.perf_counter() - started
    if report.conflicts or report.parked or report.updated:
        raise RuntimeError(f"not a plain first load: {report}")
    return {"seconds": seconds, "created": report.created, "calls": report.calls, "peak_mb": peak_megabytes()}


def main() -> int:
    """Run the contest and judge it."""
    with seed() as planted, tempfile.TemporaryDirectory(prefix="binome-bench-") as folder:
        contest = Contest(planted, Path(folder))
        took = in_turn({"ours": contest.ours, "in process": contest.in_process, "script": contest.script})
    if not contest.alike():
        raise RuntimeError("the contestants did not make the same records")
    for name, seconds in took.items():
        print(f"{name:>10}: {statistics.median(seconds):7.1f} s (of {', '.join(f'{one:.1f}' for one in seconds)})")
    ratios = {
        "to_in_process": median_ratio(took["ours"], took["in process"]),
        "script_to_ours": median_ratio(took["script"], took["ours"]),
        "client_peak_mb": round(max(contest.peaks), 1),
    }
    return verdict("initial_load", ratios, TARGETS)


if __name__ == "__main__":
    if sys.argv[1:] == ["client"]:
        print(json.dumps(client(json.load(sys.stdin))))
    else:
        sys.exit(main())
