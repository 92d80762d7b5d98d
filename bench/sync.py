"""A grown club kept in step: 10,000 people, 5,000 pairs and 50,000 meetings, bound in a real Odoo.

Measured are an idle cycle (compared with that of a club of 1,000 meetings), a cycle after one in a hundred records
changed in the register (with the same writes made inside the server's own process), and the full reconciliation (with
a bare `search_read` of the same columns over the same transport). One client process does all of it on the large club.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.odoo import OdooCrm
from connector.crm.port import PAGE, QUIET
from connector.register.repository import Register
from _delta import IN_PROCESS, MEETINGS, ORGANISATIONS, batches_of, changed
from harness import Seed, in_turn, median_ratio, peak_megabytes, say, seed, verdict
from initial_load import records
from mappings.base import columns_of
from mappings.catalogue import CATALOGUE
from mappings.destinations import MODELS
from sync_jobs.cycle import Cycle, Report
from sync_jobs.digests import Digests
from sync_jobs.engine.guard import Caps
from sync_jobs.state import State
from tests.odoo.server import RealOdoo

LARGE, SMALL = 5000, 100
"""Pairs. A club has two people and ten meetings for each."""

IDLE_CYCLES = 7
"""How many idle cycles make one figure, their median: one is over in a blink."""

POLLED = tuple(dict.fromkeys(entity.model for entity in CATALOGUE))

TARGETS = {
    "idle_calls_large_to_small": ("at most", 1.0),
    "idle_calls_a_model": ("at most", 2.0),
    "idle_large_to_small": ("at most", 1.5),
    "delta_to_in_process": ("at most", 1.5),
    "full_to_twice_bare_or_to_20000_a_second": ("at most", 1.0),
    "client_peak_mb": ("at most", 300.0),
}

AGE = "UPDATE {table} SET write_date = write_date - interval '1 day' WHERE write_date > {now} - interval '1 day'"
NOW = "(now() AT TIME ZONE 'UTC')"

class CountingTransport(Json2Transport):
    """JSON-2 that counts its calls by the model that is asked."""

    asked: Counter[str]

    def call(self, model: str, *how: Any, **more: Any) -> Any:
        """Count the call and make it."""
        self.asked[model] += 1
        return super().call(model, *how, **more)


class Client:
    """What runs in the client's process: cycles on one club, told to it line by line."""

    def __init__(self, register: Register, transport: CountingTransport) -> None:
        """Take both sides."""
        self._register, self._transport = register, transport
        self._state = State(register, Digests(b"bench"))

    def fill(self) -> dict[str, Any]:
        """Make the whole club in the CRM."""
        return self._timed()

    def idle(self) -> dict[str, Any]:
        """Run some cycles that find nothing; give the median of their times, and the calls of the last."""
        found = [self._timed() for _ in range(IDLE_CYCLES)]
        _nothing(found)
        return found[-1] | {"seconds": statistics.median(one["seconds"] for one in found)}

    def delta(self, pairs: int, number: int) -> dict[str, Any]:
        """Change one record in a hundred in the register, then run a cycle: only the cycle counts."""
        self._register.save([after for _, after in changed(pairs, number)])
        return self._timed()

    def full(self) -> dict[str, Any]:
        """Compare every record of both sides, and find them equal."""
        found = self._timed(full=True)
        _nothing([found])
        return found

    def bare(self) -> dict[str, Any]:
        """Read the columns that a full reconciliation reads, page by page, and do nothing with them."""
        started, count = time.perf_counter(), 0
        for model in POLLED:
            columns, after = [*columns_of(CATALOGUE, model), "write_date"], 0
            while page := self._transport.call(
                model, "search_read", domain=[("id", ">", after)], fields=columns, limit=PAGE, order="id", load="",
                context={"active_test": False},
            ):
                count, after = count + len(page), page[-1]["id"]
                if len(page) < PAGE:
                    break
        return {"seconds": time.perf_counter() - started, "records": count}

    def _timed(self, *, full: bool = False) -> dict[str, Any]:
        self._transport.asked = Counter()
        cycle = Cycle(
            self._register, OdooCrm(self._transport), self._state, caps=Caps(creates=10**6, updates=10**6, share=1.0)
        )
        started = time.perf_counter()
        report: Report = cycle.run(full=full)
        seconds = time.perf_counter() - started
        if report.conflicts or report.parked or report.archived:
            raise RuntimeError(f"not a plain sync: {report}")
        done = report.created + report.updated
        return {
            "seconds": seconds, "done": done, "calls": report.calls, "by_model": dict(self._transport.asked),
            "peak_mb": round(peak_megabytes(), 1),
        }


def _nothing(found: list[dict[str, Any]]) -> None:
    if any(one["done"] for one in found):
        raise RuntimeError("a cycle that should find nothing wrote something")


def serve() -> None:
    """Do what is told on stdin, a JSON line each, and answer with one."""
    told = json.loads(sys.stdin.readline())
    transport = CountingTransport(told["url"], told["database"], SecretStr(told["key"]), timeout=(5.0, 600.0))
    transport.asked = Counter()
    with Register.open(f"sqlite:///{told['register']}") as register:
        client = Client(register, transport)
        for line in sys.stdin:
            what, *arguments = json.loads(line)
            print(json.dumps(getattr(client, what)(*arguments)), flush=True)


class Club:
    """A club in an Odoo of its own, and the client process that syncs it."""

    def __init__(self, odoo: RealOdoo, api_key: str, folder: Path, pairs: int) -> None:
        """Fill the register; start the client."""
        self._odoo, self._folder, self.pairs = odoo, folder, pairs
        place = folder / f"{pairs}.db"
        if not place.exists():
            with Register.open(f"sqlite:///{place}", create=True) as register:
                register.save(records(pairs, ORGANISATIONS, MEETINGS))
        self._told = {"url": odoo.url, "database": odoo.database, "key": api_key, "register": str(place)}
        self.answers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._rounds = self._writes = 0

    @contextmanager
    def client(self) -> Iterator[None]:
        """Keep one client process for as long as this lasts."""
        command = [sys.executable, __file__, "client"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as self._process:
            self._tell(self._told)
            yield
            self._process.stdin.close()

    def ask(self, what: str, *arguments: int) -> float:
        """Let the client do one thing; the seconds it took."""
        self._tell([what, *arguments])
        answer = json.loads(self._process.stdout.readline())
        self.answers[what].append(answer)
        say(f"{self.pairs} pairs, {what}: {answer}")
        return float(answer["seconds"])

    def in_process(self) -> float:
        """Make the writes of the next delta inside the server's own process, and take them back."""
        batches, place = batches_of(self.pairs, self._rounds), self._folder / "batches.json"
        self._writes = sum(len(rows) for _, rows in batches)
        place.write_text(json.dumps(batches), encoding="ascii")
        told = self._odoo.shell(IN_PROCESS.replace("PATH", repr(str(place))).replace("QUIET", repr(dict(QUIET))))
        self.age()
        return next(float(line.split()[-1]) for line in told.splitlines() if line.startswith("seconds"))

    def delta(self) -> float:
        """Sync the same delta of the register; afterwards let a day pass in the CRM."""
        seconds = self.ask("delta", self.pairs, self._rounds)
        if (done := self.answers["delta"][-1]["done"]) != self._writes:
            raise RuntimeError(f"{self._writes} writes in process, {done} by the sync")
        self.age()
        self._rounds += 1
        return seconds

    def age(self) -> None:
        """Let a day pass in the CRM: what was just written lies before the overlap that every cycle reads again."""
        tables = [model.replace(".", "_") for model in MODELS]
        self._odoo.psql(";\n".join(AGE.format(table=table, now=NOW) for table in tables))
        self._odoo.psql("\n".join(f"VACUUM (FULL, ANALYZE) {table};" for table in [*tables, "ir_model_data"]))

    def _tell(self, what: Any) -> None:
        print(json.dumps(what), file=self._process.stdin, flush=True)


@contextmanager
def grown(planted: Seed, pairs: int, folder: Path) -> Iterator[Club]:
    """Give a club of this size whose first sync was yesterday."""
    with planted.grown() as odoo:
        club = Club(odoo, planted.key, folder, pairs)
        with club.client():
            club.ask("fill")
        club.age()
        with club.client():  # a fresh one: the memory of the first sync is another bench's figure
            yield club


def ratios_of(took: dict[str, list[float]], small: Club, large: Club) -> dict[str, float]:
    """Judge what was measured."""
    calls = [club.answers["idle"][-1]["calls"] for club in (large, small)]
    above = [delta - idle for delta, idle in zip(took["delta"], took["idle, large"], strict=True)]
    allowed = large.answers["bare"][-1]["records"] / 20000
    full = min(median_ratio(took["full"], took["bare"]) / 2, statistics.median(took["full"]) / allowed)
    return {
        "idle_calls_large_to_small": round(calls[0] / calls[1], 2),
        "idle_calls_a_model": round(max(calls) / len(POLLED), 2),
        "idle_large_to_small": median_ratio(took["idle, large"], took["idle, small"]),
        "delta_to_in_process": median_ratio(above, took["in process"]),
        "full_to_twice_bare_or_to_20000_a_second": round(full, 2),
        "client_peak_mb": large.answers["full"][-1]["peak_mb"],
    }


def main() -> int:
    """Grow both clubs, run all in turn, and judge."""
    with ExitStack() as stack:
        planted = stack.enter_context(seed())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="binome-bench-")))
        small = stack.enter_context(grown(planted, SMALL, folder))
        large = stack.enter_context(grown(planted, LARGE, folder))
        took = in_turn({
            "idle, small": lambda: small.ask("idle"),
            "idle, large": lambda: large.ask("idle"),
            "in process": large.in_process,
            "delta": large.delta,
            "full": lambda: large.ask("full"),
            "bare": lambda: large.ask("bare"),
        })
        ratios = ratios_of(took, small, large)
    for name, seconds in took.items():
        print(f"{name:>11}: {statistics.median(seconds):6.2f} s (of {', '.join(f'{one:.2f}' for one in seconds)})")
    return verdict("sync", ratios, TARGETS)


if __name__ == "__main__":
    if sys.argv[1:] == ["client"]:
        serve()
    else:
        sys.exit(main())
