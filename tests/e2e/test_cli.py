"""The command line as its user meets it, on a sandbox CRM in a file."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from connector.register.state_schema import sync_lease
from mappings.records import Person
from sync_jobs.demo import example_club
from sync_jobs.lease import LeaseLost, held
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.e2e.at_work import Run, document, staff

def test_a_second_sync_plans_nothing_and_says_so(club: Run) -> None:
    """After a sync there is nothing to do, in words and in JSON."""
    assert document(club, "plan")["changes"] == []
    report = document(club, "sync")
    assert (report["created"], report["updated"], report["archived"], report["parked"]) == (0, 0, 0, 0)
    assert "Rien à faire" in club("sync")[1]
    assert document(club, "verify") == {"consistent": True, "differences": []}


def test_the_plan_names_fields_and_no_values(club: Run, tmp_path: Path) -> None:
    """A plan tells who, what and which field; the value that changed is nowhere in it."""
    with staff(tmp_path) as at_work:
        partner = next(iter(SandboxCrm.open(str(tmp_path / "crm.db")).bindings("res.partner")))
        at_work.write("res.partner", partner, name="Canari Quarante-Deux")
    plan = document(club, "plan")
    assert [(c["direction"], c["operation"], c["fields"]) for c in plan["changes"]] == [
        ("register", "update", ["name"])
    ]
    assert "Canari" not in club("plan")[1] + json.dumps(plan)


def test_an_empty_folder_says_what_to_do(binome: Run) -> None:
    """Without a register every command that needs one stops with advice and code 2."""
    code, _, err = binome("sync")
    assert code == 2
    assert "binome init" in err


def test_init_keeps_a_configuration_that_exists(binome: Run, tmp_path: Path) -> None:
    """A second init changes no file of the user's."""
    binome("init")
    before = (tmp_path / "binome.toml").read_text()
    assert binome("init")[0] == 0
    assert (tmp_path / "binome.toml").read_text() == before
    assert binome("init", "--database", "other")[0] == 2
    assert (tmp_path / "binome.toml").read_text() == before


@pytest.mark.parametrize(
    ("words", "code"), [(["nonsense"], 2), (["plan", "--nonsense"], 2), (["import", "no.xlsx"], 1)]
)
def test_failures_are_one_json_document(binome: Run, words: list[str], code: int) -> None:
    """With --json a failure is told as {"error", "message", "advice"} on stdout."""
    binome("init")
    assert {"error", "message", "advice"} <= document(binome, *words, code=code).keys()


@pytest.mark.parametrize(
    ("url", "secret", "error", "code"),
    [
        ("http://127.0.0.1:9", "k", "CrmUnreachable", 1),
        ("http://odoo.example.org", "k", "CrmInsecure", 2),
        ("https://odoo.example.org/web", "k", "CrmNotOdoo", 2),
        ("http://127.0.0.1:9", "", "SettingsError", 2),
    ],
)
def test_a_crm_that_cannot_be_used_changes_nothing(
    club: Run, monkeypatch: pytest.MonkeyPatch, url: str, secret: str, error: str, code: int
) -> None:
    """Each way of not reaching a CRM has its own error, advice and exit code, and the status tells the same."""
    monkeypatch.setenv("BINOME_CRM_URL", url)
    monkeypatch.setenv("BINOME_CRM_SECRET", secret)
    found = document(club, "sync", code=code)
    assert found["error"] == error
    assert found["advice"]
    assert document(club, "status", code=code)["crm"]["error"] == error


def test_a_locked_register_is_told_apart(club: Run, tmp_path: Path) -> None:
    """While another program holds the register, an import waits a little, then says so and saves nothing."""
    other = sqlite3.connect(tmp_path / "binome.db")
    other.execute("BEGIN IMMEDIATE")
    found = document(club, "import", str(example_club()), code=1)
    other.close()
    assert found["error"] == "RegisterLocked"


def test_a_register_of_a_newer_version_is_refused(club: Run, tmp_path: Path) -> None:
    """A register that a newer Binôme made is not touched."""
    with sqlite3.connect(tmp_path / "binome.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    assert document(club, "sync", code=2)["error"] == "RegisterNewer"


def test_a_large_plan_asks_for_its_hash(club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the caps nothing is written without the plan's hash; a wrong hash approves nothing."""
    monkeypatch.setenv("BINOME_LIMITS_MAX_ARCHIVES", "1")
    with staff(tmp_path) as at_work:
        crm = SandboxCrm.open(str(tmp_path / "crm.db"))
        for name in sorted(crm.bindings("x_mentoring_contribution"))[:3]:
            at_work.archive("x_mentoring_contribution", name)
    plan = document(club, "plan", code=3)
    assert plan["needs_approval"]
    assert document(club, "sync", code=3)["error"] == "ApprovalNeeded"
    assert document(club, "sync", "--approve", "0" * 16, code=3)["error"] == "ApprovalNeeded"
    assert document(club, "plan", code=3)["hash"] == plan["hash"]
    assert document(club, "sync", "--approve", plan["hash"])["archived"] == 3


def test_the_status_is_one_answer(club: Run) -> None:
    """The status says that all is well, and shows both sides."""
    found = document(club, "status")
    assert found["exit"] == 0
    assert found["crm"]["version"] == 19
    assert found["last_run"]["status"] == "done"
    assert "Tout va bien" in club("status")[1]


def test_the_status_says_where_nothing_is_compared(club: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user may not run the batch action, the status says so before anything is written, with the remedy."""
    assert document(club, "status")["crm"]["compare_and_set"] is True
    assert "Sans comparaison" not in club("status")[1]
    monkeypatch.setattr(SandboxCrm, "compare_and_set", False)
    assert document(club, "status")["crm"]["compare_and_set"] is False
    told = club("status")[1]
    assert "Sans comparaison avant écriture" in told
    assert "donnez le groupe" in told


def test_a_pair_that_staff_make_with_a_stranger_waits_and_is_not_forgotten(club: Run, tmp_path: Path) -> None:
    """A record that links to a contact outside the programme is set aside, cycle after cycle, with code 3."""
    with staff(tmp_path) as at_work:
        stranger = at_work.create("res.partner", name="Inconnue")
        at_work.create(
            "x_mentoring_contribution",
            x_partner_id=stranger,
            x_date="2026-11-02",
            x_category="workshop",
            x_minutes=30,
            x_state="declared",
        )
    for _ in range(2):
        assert document(club, "sync", code=3)["parked"] == 1
    assert document(club, "status", code=3)["parked"][0]["code"] == "links_to_stranger"


def test_the_demo_plays_to_its_end(binome: Run) -> None:
    """The demo ends consistent, with its confidential text looked for and not found."""
    found = document(binome, "demo")
    assert found["consistent"]
    assert found["canaries"] >= 1
    assert found["hits"] == 0
    code, out, _ = binome("demo")
    assert code == 0
    assert "La preuve" in out


@pytest.mark.parametrize(("keep", "name"), [("register", "Au Registre"), ("crm", "Au CRM")])
def test_a_conflict_keeps_both_values_until_a_person_decides(club: Run, tmp_path: Path, keep: str, name: str) -> None:
    """A field that both sides changed stays as it is on both, is listed, and is settled for the side chosen."""
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}") as register, staff(tmp_path) as at_work:
        person = next(one for one in register.all("person") if isinstance(one, Person))
        contact = f"binome.person_{person.key.hex}"
        register.save([person.model_copy(update={"name": "Au Registre"})])
        at_work.write("res.partner", contact, name="Au CRM")
        assert document(club, "sync", code=3)["conflicts"] == 1
        assert at_work.read("res.partner", contact, "name")["name"] == "Au CRM"
        found = document(club, "conflicts", code=3)["conflicts"]
        assert [(c["record"], c["key"], c["field"]) for c in found] == [("person", str(person.key), "name")]
        assert document(club, "conflicts", "--keep", keep, "--key", str(person.key))["conflicts"][0]["status"] != "open"
        assert document(club, "sync")["conflicts"] == 0
        assert document(club, "conflicts")["conflicts"] == []
        kept = register.get("person", person.key)
        assert isinstance(kept, Person)
        assert kept.name == at_work.read("res.partner", contact, "name")["name"] == name


def test_two_syncs_at_once_do_not_overlap(club: Run, tmp_path: Path) -> None:
    """While one run holds the club, another says who holds it and stops with code 3; afterwards it works."""
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}") as register:
        state = State(register, Digests(b"x" * 32))
        with held(register, state):
            found = document(club, "sync", code=3)
            assert found["error"] == "LeaseHeld"
            assert f"process {os.getpid()}" in found["message"]
        assert document(club, "sync")["created"] == 0


def test_the_lease_of_a_process_that_died_here_is_taken_over(club: Run, tmp_path: Path) -> None:
    """After a kill the next run works at once: nobody waits for the lease of a process that is gone."""
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}") as register:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        gone = f"{socket.gethostname()}, process {dead.pid}"
        with register.transaction() as tx:
            tx.connection.execute(sync_lease.update().values(holder=gone, expires_at="2999-01-01 00:00:00"))
    assert document(club, "sync")["created"] == 0


def test_a_run_that_was_taken_over_writes_nothing_more(club: Run, tmp_path: Path) -> None:
    """A run that lost its lease is fenced off: it cannot move the base or the cursors any more."""
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}") as register:
        state = State(register, Digests(b"x" * 32))
        with held(register, state):
            with register.transaction() as tx:
                tx.connection.execute(sync_lease.update().values(token=99))
            with pytest.raises(LeaseLost):
                state.set_cursors({"crm": "2000-01-01 00:00:00"})
        assert state.cursor("crm") != "2000-01-01 00:00:00"
