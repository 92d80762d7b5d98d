"""What changes in one record of a hundred: in the register, and as writes made inside the server's own process."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from initial_load import MAPS, key, records
from mappings.egress import project
from mappings.records import Meeting, Pair, Record

MEETINGS, ORGANISATIONS, HUNDREDTH = 10, 100, 100

IN_PROCESS = """
import json, time
from pathlib import Path
batches = json.loads(Path(PATH).read_text())
work = env(context=dict(env.context, **QUIET))
before = []
for turn in ("warm-up", "seconds", "back"):
    started = time.perf_counter()
    for place, (model, rows) in enumerate(batches):
        names = [name.partition(".")[2] for name, _values in rows]
        ours = [("module", "=", "binome"), ("name", "in", names)]
        bound = work["ir.model.data"].search_read(ours, ["name", "res_id"])
        ids = {"binome." + row["name"]: row["res_id"] for row in bound}
        everything, groups = work[model].browse(ids.values()), {}
        if turn == "warm-up":
            known = {row["id"]: row for row in everything.read(sorted({c for _, v in rows for c in v}), load="")}
            before.append([[name, {c: known[ids[name]][c] for c in values}] for name, values in rows])
        for name, values in before[place] if turn == "back" else rows:
            members = groups.setdefault(json.dumps(values, sort_keys=True, default=str), (values, []))[1]
            members.append(ids[name])
        for values, members in groups.values():
            everything.browse(members).with_prefetch(everything.ids).write(values)
        env.flush_all()
        if turn != "warm-up":
            env.cr.commit()
    print(turn, time.perf_counter() - started)
    if turn == "warm-up":
        env.cr.rollback()
        env.invalidate_all()
"""
"""The second turn counts: warm, each batch committed, as ours are. The third gives the old values back."""


def changed(pairs: int, number: int) -> Iterator[tuple[Record, Record]]:
    """Give one record in a hundred of people, pairs and meetings, as it was and as it is now; ``number`` picks them."""
    taken = {
        key(kind, n)
        for kind, count in ((2, 2 * pairs), (3, pairs), (4, MEETINGS * pairs))
        for n in range(number, count, HUNDREDTH)
    }
    for place, record in enumerate(records(pairs, ORGANISATIONS, MEETINGS)):
        if record.key in taken:
            values = {**record.model_dump(exclude_unset=True), **_news(record, place % 59)}
            yield record, type(record).model_validate(values)


def _news(record: Record, number: int) -> dict[str, Any]:
    """Say what is new of one record; ``number`` varies it, since people seldom enter the same twice."""
    match record:
        case Meeting():
            return {"date": record.date + dt.timedelta(days=1 + number % 7), "minutes": 40 + number}
        case Pair():
            return {"planned_end": dt.date(2027, 7, 1) + dt.timedelta(days=number), "cadence_days": 45}
        case _:
            return {"job_title": f"Associée {number}", "phone": f"+33 7 {record.key.int % 10**8:08}"}


def batches_of(pairs: int, number: int, size: int = 500) -> list[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Say what a delta writes in the CRM, by our own maps, model by model, in batches."""
    rows: defaultdict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    news = list(changed(pairs, number))
    for entity in MAPS:
        for old, new in news:
            if type(new) is entity.record:
                before, after = project(entity, old), project(entity, new)
                values = {name: value for name, value in after.values.items() if value != before.values[name]}
                if values:
                    rows[entity.model].append((after.external_id, values))
    return [(model, found[at : at + size]) for model, found in rows.items() for at in range(0, len(found), size)]
