"""What the benches share: fresh Odoo databases with the data module, runs in turn, and the verdict as one JSON line."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.odoo.club import PASSWORD, SYNC, install_module
from tests.odoo.postgres import Cluster, Database, fresh_name
from tests.odoo.server import RealOdoo
from tests.odoo.template import Template, filestore_of
from connector.crm.module.names import GROUP_SYNC
from mappings.base import EntityMap

ROUNDS = 3
"""How often each contestant runs; the median counts."""

Target = tuple[str, float]
"""``"at most"`` or ``"at least"``, and the figure."""


def say(message: str) -> None:
    """Tell a person what goes on; stdout is for results."""
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Seed:
    """An Odoo database with our module and the sync's user in it, and that user's API key: made once, copied often."""

    cluster: Cluster
    database: Database
    key: str

    @classmethod
    def plant(cls, cluster: Cluster) -> Seed:
        """Make the seed: one installation for all the runs of a bench."""
        with RealOdoo.start(fresh_name("seed"), keep=True, say=say) as odoo:
            say("Installing the data module once ...")
            install_module(odoo)
            odoo.create_user(SYNC, PASSWORD, groups=[GROUP_SYNC])
            key = odoo.api_key(SYNC, PASSWORD)
            name = odoo.database
        return cls(cluster, cluster.take(name), key)

    @contextmanager
    def grown(self) -> Iterator[RealOdoo]:
        """Serve a copy of the seed, with cold caches, and drop it afterwards."""
        original = Template(self.database.name, filestore_of(self.database.folder / "data", self.database.name))
        name = fresh_name("bench")
        original.copy(self.cluster, name).keep()
        with RealOdoo.start(name) as odoo:
            yield odoo


@contextmanager
def seed() -> Iterator[Seed]:
    """Hold a seed for the length of a bench."""
    with Cluster.join(say) as cluster:
        planted = Seed.plant(cluster)
        try:
            yield planted
        finally:
            planted.database.drop()


def in_turn(contestants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Run all contestants one after another, ``rounds`` times over, and give the figures of each.

    In turn, so that whatever else the machine does meets all of them alike.
    """
    figures: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name, contestant in contestants.items():
            started = time.monotonic()
            figures[name].append(contestant())
            say(f"round {number + 1}, {name}: {figures[name][-1]:.2f} ({time.monotonic() - started:.0f} s with set-up)")
    return figures


def median_ratio(over: list[float], under: list[float]) -> float:
    """Give the median of the rounds' ratios: each round is compared within itself, since a machine has its moods."""
    return round(statistics.median(one / other for one, other in zip(over, under, strict=True)), 2)


def digest_of(entity: EntityMap) -> str:
    """Write the SQL for a digest of a map's records: every mapped column, links by the external id they lead to."""
    columns = []
    for item in entity.fields:
        spec = entity.destination.fields[item.column]
        if spec.type == "many2one":
            bound = f"module = 'binome' AND model = '{spec.relation}' AND res_id = r.{item.column}"
            columns.append(f"(SELECT name FROM ir_model_data WHERE {bound})")  # noqa: S608 - names of our own maps
        elif spec.type != "many2many":
            columns.append(f"r.{item.column}")
    return (  # names of our own maps
        f"SELECT md5(string_agg(concat_ws('|', d.name, {', '.join(columns)}), ',' ORDER BY d.name))"  # noqa: S608
        f" FROM {entity.model.replace('.', '_')} r JOIN ir_model_data d ON d.res_id = r.id"
        f" WHERE d.module = 'binome' AND d.model = '{entity.model}' AND d.name LIKE '{entity.kind}%'"
    )


def peak_megabytes() -> float:
    """Tell the most memory this process ever held (``ru_maxrss`` counts the process it was forked from, too)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def verdict(bench: str, ratios: Mapping[str, float], targets: Mapping[str, Target]) -> int:
    """Print the one JSON line that ends every bench, and give its exit code: 1 where a target is not met."""
    met = all(
        ratios[name] <= figure if side == "at most" else ratios[name] >= figure
        for name, (side, figure) in targets.items()
    )
    said = {name: f"{side} {figure:g}" for name, (side, figure) in targets.items()}
    print(json.dumps({"bench": bench, "ratios": dict(ratios), "targets": said, "met": met}))
    return 0 if met else 1
