"""What the door costs inside a sync: the time in project() and in the journal, of a whole first sync of 10,000 records.

Both are measured in one and the same run into an empty, real Odoo: the clock of the thread that works is compared with
the wall time of ``Cycle.run()``. Waiting for a core that others hold is not the door's work, and counts for the whole.
"""

from __future__ import annotations

import functools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import initial_load
from connector.register.repository import Register
from harness import ROUNDS, Seed, say, seed, verdict
from sync_jobs import outward
from sync_jobs.journal import Journal

PAIRS, ORGANISATIONS, CRM_RECORDS = 900, 100, 10_000
TARGETS = {"gate_share": ("at most", 0.05)}


class Watch:
    """A stopwatch on a function: the CPU time of its thread, summed over all calls."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.seconds = 0.0

    def on(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function with the watch on it."""

        @functools.wraps(work)
        def watched(*given: Any, **named: Any) -> Any:
            started = time.thread_time()
            try:
                return work(*given, **named)
            finally:
                self.seconds += time.thread_time() - started

        return watched


def client(told: dict[str, str]) -> dict[str, Any]:
    """Run one sync as ``initial_load`` does, with watches on the door and on the journal."""
    project, journal = Watch(), Watch()
    outward.project = project.on(outward.project)
    Journal.append = journal.on(Journal.append)
    report = initial_load.client(told)
    return {**report, "project": project.seconds, "journal": journal.seconds}


def one_round(planted: Seed, folder: Path, filled: Path) -> dict[str, Any]:
    """Sync into a fresh Odoo, in a process of its own, and give its report."""
    copied = shutil.copy(filled, folder / "club.db")
    with planted.grown() as odoo:
        told = {"url": odoo.url, "database": odoo.database, "key": planted.key, "register": str(copied)}
        command = [sys.executable, __file__, "client"]
        done = subprocess.run(command, input=json.dumps(told), text=True, stdout=subprocess.PIPE, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    if report["created"] != CRM_RECORDS:
        raise RuntimeError(f"not {CRM_RECORDS} records: {report}")
    say(str(report))
    return report


def main() -> int:
    """Run the rounds and judge."""
    with seed() as planted, tempfile.TemporaryDirectory(prefix="binome-bench-") as name:
        folder = Path(name)
        filled = folder / "filled.db"
        with Register.open(f"sqlite:///{filled}", create=True) as register:
            register.save(list(initial_load.records(PAIRS, ORGANISATIONS)))
        reports = [one_round(planted, folder, filled) for _ in range(ROUNDS)]
    for what in ("seconds", "project", "journal"):
        print(f"{what:>10}: {statistics.median(report[what] for report in reports):6.2f} s")
    shares = [(report["project"] + report["journal"]) / report["seconds"] for report in reports]
    return verdict("gate", {"gate_share": round(statistics.median(shares), 4)}, TARGETS)


if __name__ == "__main__":
    if sys.argv[1:] == ["client"]:
        print(json.dumps(client(json.load(sys.stdin))))
    else:
        sys.exit(main())
