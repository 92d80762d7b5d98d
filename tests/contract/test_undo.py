"""Undoing a run: what it wrote on either side, and what it created, on the sandbox and on Odoo alike."""

from __future__ import annotations

from pathlib import Path

from connector.register.keys import new_key
from connector.register.repository import Register
from mappings.records import Organisation, Person
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests
from sync_jobs.state import State
from sync_jobs.undo import Outcome, Undo
from tests.contract.sides import Side

PARTNER = "res.partner"


def test_a_run_is_taken_back_on_both_sides(side: Side, tmp_path: Path) -> None:
    """An edit here, one there and a creation go with their run, and come back with the undo of the undo."""
    firm, person, other = new_key(), new_key(), new_key()
    names = f"binome.organisation_{firm.hex}", f"binome.person_{person.hex}", f"binome.person_{other.hex}"
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as register:
        state = State(register, Digests(b"secret"))

        def cycle() -> Cycle:
            return Cycle(register, side.crm, state, caps=Caps(10**6, 10**6, 10**6, 1.0))

        def undo(run: str) -> Outcome:
            outcome = Undo(register, side.crm, state, cycle()).take_back(run)
            assert outcome.left == ()
            return outcome

        def stands() -> list[object]:
            here = [register.get("organisation", firm), register.get("person", person)]
            there = [side.staff.read(PARTNER, name, "name")["name"] for name in names[:2]]
            return [*(getattr(one, "name", None) for one in here), *there]

        def archived() -> tuple[bool, bool]:
            record = register.get("person", other)
            assert record is not None
            return not record.active, not side.staff.read(PARTNER, names[2], "active")["active"]

        register.save([Organisation(key=firm, name="Firm"), Person(key=person, name="Marie", organisation=firm)])
        cycle().run()
        side.later()
        register.save([Organisation(key=firm, name="Firm renamed"), Person(key=other, name="Paul")])
        side.staff.write(PARTNER, names[1], name="Marie renamed")
        run = cycle().run().run
        assert stands() == ["Firm renamed", "Marie renamed"] * 2

        back = undo(run)
        assert (stands(), archived()) == (["Firm", "Marie"] * 2, (True, True))
        undo(back.run or "")
        assert (stands(), archived()) == (["Firm renamed", "Marie renamed"] * 2, (False, False))
