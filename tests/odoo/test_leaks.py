"""Nothing confidential leaves the vault: a club full of canaries, a day of everything, and every sink searched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.main import get_command

from mappings.confidentiality import pair_fields
from mappings.records import RECORDS
from sync_jobs.canaries import Search
from sync_jobs.cli import app

from .fixtures import own_odoo
from .leak_day import Day, live
from .leak_scene import STAFF_ONLY, VAULT, WITHDRAWN, WITHHELD, Flock, Proof, odoo_sinks, own_sinks
from .recording import Recording, recorded
from .server import RealOdoo

pytestmark = pytest.mark.odoo


@pytest.fixture(scope="module")
def recording(odoo: RealOdoo) -> Iterator[Recording]:
    """Keep all that goes over the line."""
    with recorded(odoo.url) as line:
        yield line


@pytest.fixture(scope="module")
def odoo() -> Iterator[RealOdoo]:
    """An Odoo of our own: its database, files and log are searched whole."""
    with own_odoo() as started:
        yield started


@pytest.fixture(scope="module")
def day(odoo: RealOdoo, recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Live through the day, then look into every sink."""
    folder, left = tmp_path_factory.mktemp("club"), tmp_path_factory.mktemp("temporary")
    flock = Flock()
    proof = Proof(Search(tuple(flock.canaries)))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TMPDIR", str(left))
        patch.setattr(tempfile, "tempdir", str(left))
        for name in [name for name in os.environ if name.startswith("BINOME_")]:
            patch.delenv(name)
        day = Day(odoo, folder, recording.url, flock, proof, patch)
        live(day)
        for name, content in sinks(day, recording):
            proof.look(name, content)
        yield day


def sinks(day: Day, recording: Recording) -> Iterator[tuple[str, bytes]]:
    """Give everything that is left of the day, on both sides and between."""
    yield from odoo_sinks(day.odoo)
    yield from own_sinks(day.folder)
    yield from ((f"network {number}", bytes(stream)) for number, stream in enumerate(recording.streams))
    for file in sorted(path for path in Path(tempfile.gettempdir()).rglob("*") if path.is_file()):
        yield f"temporary {file.name}", file.read_bytes()


def test_nothing_confidential_is_found_anywhere(day: Day, record_property: Callable[[str, object], None]) -> None:
    """No text of a pair outside the vault, nothing withheld beyond staff, no field beyond its map."""
    record_property("figures", day.proof.line())
    assert day.proof.leaks == []
    assert len(day.proof.search.canaries) > 60
    assert day.proof.search.size > 10**7


def test_the_search_was_of_everything(day: Day) -> None:
    """Every field of pairs was planted, every command ran, and what may be with staff alone was found there."""
    planted = {(c.kind, c.field) for c in day.flock.canaries if c.key == VAULT}
    assert planted == {(kind, name) for kind, record in RECORDS.items() for name in pair_fields(record)}
    assert day.run == set(commands()) - {"daemon"}  # which runs others of them, each in a process of its own
    kinds = {"screen", "vault", "log", "crash", "dump", "filestore", "network", "register", "state", "file"}
    assert kinds <= day.proof.kinds
    found = {hit.sink.split()[0] for hit in day.proof.found if hit.key in (WITHHELD, WITHDRAWN)}
    assert found == {place.split()[0] for place in STAFF_ONLY}
    for club in day.flock.clubs:
        with day.register(vault=True) as register:
            assert register.unseal("meeting", club.keys["met"]).keys() == {"place", "agenda", "notes"}


def commands(group: Any = None, before: str = "") -> Iterator[str]:
    """Name every command that there is, and one that there is not."""
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name} ")
        else:
            yield before + name
    if not before:
        yield "nonsense"


def plant(day: Day, recording: Recording) -> Iterator[tuple[str, str]]:
    """Put a text of a pair into one sink of each kind: what the sink is called, and the field."""
    texts = iter(canary for canary in day.flock.canaries if canary.key == VAULT)

    def next_into(sink: str) -> str:
        canary = next(texts)
        wanted.append((sink, f"{canary.kind}.{canary.field}"))
        return canary.text

    wanted: list[tuple[str, str]] = []
    odoo = day.odoo
    odoo.psql(f"INSERT INTO ir_config_parameter (key, value) VALUES ('x', '{next_into('dump ir_config_parameter')}')")
    odoo.psql(f"COMMENT ON TABLE res_partner IS '{next_into('dump')}'")
    odoo.psql("UPDATE res_partner SET comment = encode("
              f"convert_to('{next_into('dump res_partner')}', 'UTF8'), 'base64') WHERE id = 1")
    raw = next_into("filestore").encode("utf-16-le").hex()
    odoo.execute("ir.attachment", "create", [{"name": "x", "raw": raw}])
    requests.post(f"{odoo.url}/web/session/authenticate", timeout=60, json={"params": {
        "db": odoo.database, "login": next_into("log of Odoo"), "password": "x"}})
    requests.post(f"{recording.url}/{next_into('network')}", timeout=60)
    with day.register() as register, register.transaction() as tx:
        for table, column in (("sync_cursor", "value"), ("organisation", "city")):
            sink = f"{'state' if 'sync' in table else 'register'} table {table}"
            tx.connection.exec_driver_sql(f"UPDATE {table} SET {column} = '{next_into(sink)}'")
    (Path(tempfile.gettempdir()) / "left").write_text(next_into("temporary"))
    (day.folder / "core").write_text(next_into("file core"))
    yield from wanted


def test_a_leak_in_any_sink_is_found(day: Day, recording: Recording) -> None:
    """A text of a pair, put into one sink of each kind, is found there; sink and field are named, never the text."""
    wanted = list(plant(day, recording))
    proof = Proof(day.proof.search)
    touched = tuple(sink for sink, _ in wanted if sink != "filestore")
    for name, content in sinks(day, recording):
        if name.startswith(touched) or (name.startswith("filestore") and len(content) < 1000):
            proof.look(name, content)
    for sink, name in wanted:
        assert any(hit.sink.startswith(sink) and f"{hit.kind}.{hit.field}" == name for hit in proof.leaks), (sink, name)
    said = repr(proof.leaks).lower()
    assert not any(canary.text.lower() in said for canary in day.flock.canaries)
