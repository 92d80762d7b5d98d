"""What the door costs: project() and the journal, for 10,000 CRM records, against the whole sync that makes them.

The door's work is done again by itself, batch by batch with a transaction each, on a copy of the same register; the
sync is a first load into an empty, real Odoo.
"""

from __future__ import annotations

import gc
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from connector.crm.port import BATCH
from connector.register.repository import Register
from harness import Seed, in_turn, seed, verdict
from initial_load import MAPS, records
from mappings.base import EntityMap
from mappings.egress import project
from mappings.records import Record
from sync_jobs.digests import Digests
from sync_jobs.journal import Journal
from sync_jobs.state import State

PAIRS, ORGANISATIONS, CRM_RECORDS = 900, 100, 10_000
TARGETS = {"gate_share": ("at most", 0.05)}


class Door:
    """The same club through the whole sync, and through the door alone."""

    def __init__(self, planted: Seed, folder: Path) -> None:
        """Take the seed, and fill the register that every run copies."""
        self._seed, self._folder = planted, folder
        self._filled = folder / "filled.db"
        self._club = list(records(PAIRS, ORGANISATIONS))
        with Register.open(f"sqlite:///{self._filled}", create=True) as register:
            register.save(self._club)
        self.rows = 0

    def sync(self) -> float:
        """Sync into a fresh Odoo, in a process of its own; seconds of the cycle."""
        copied = shutil.copy(self._filled, self._folder / "club.db")
        with self._seed.grown() as odoo:
            told = {"url": odoo.url, "database": odoo.database, "key": self._seed.key, "register": str(copied)}
            command = [sys.executable, str(Path(__file__).with_name("initial_load.py")), "client"]
            done = subprocess.run(command, input=json.dumps(told), text=True, stdout=subprocess.PIPE, check=True)
        report = json.loads(done.stdout)
        if report["created"] != CRM_RECORDS:
            raise RuntimeError(f"not {CRM_RECORDS} records: {report}")
        return float(report["seconds"])

    def gate(self) -> float:
        """Make every payload and note what it discloses; seconds, commits included."""
        copied = shutil.copy(self._filled, self._folder / "gate.db")
        with Register.open(f"sqlite:///{copied}") as register:
            state = State(register, Digests(b"bench"))
            state.begin_run("sync")
            journal = Journal(register, state)
            gc.collect()
            gc.disable()  # as a cycle does
            started = time.perf_counter()
            for entity, batch in self._batches():
                payloads = [project(entity, record) for record in batch]
                crossed = ((record.key, made.crossings) for record, made in zip(batch, payloads, strict=True))
                journal.append(entity.kind, crossed)
            seconds = time.perf_counter() - started
            gc.enable()
            self.rows = journal.head().count
        return seconds

    def _batches(self) -> Iterator[tuple[EntityMap, list[Record]]]:
        for entity in MAPS:
            mine = [record for record in self._club if type(record) is entity.record]
            yield from ((entity, mine[start : start + BATCH]) for start in range(0, len(mine), BATCH))


def main() -> int:
    """Run both in turn and judge."""
    with seed() as planted, tempfile.TemporaryDirectory(prefix="binome-bench-") as folder:
        door = Door(planted, Path(folder))
        took = in_turn({"sync": door.sync, "gate": door.gate})
    for name, seconds in took.items():
        print(f"{name:>10}: {statistics.median(seconds):7.2f} s (of {', '.join(f'{one:.2f}' for one in seconds)})")
    print(f"{door.rows} rows of the journal for {CRM_RECORDS} CRM records")
    shares = [gate / whole for gate, whole in zip(took["gate"], took["sync"], strict=True)]
    return verdict("gate", {"gate_share": round(statistics.median(shares), 4)}, TARGETS)


if __name__ == "__main__":
    sys.exit(main())
