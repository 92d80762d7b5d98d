"""What waits for a person, on the command line: values on the screen, conflicts settled, records gone from the CRM."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.register.errors import RegisterLocked
from connector.register.repository import Register
from mappings.records import Pair, Person, Record
from sync_jobs.state import State
from tests.e2e.at_work import Run, document, staff


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell goes on in the next line."""
    monkeypatch.setenv("COLUMNS", "160")


@contextmanager
def register_of(tmp_path: Path) -> Iterator[Register]:
    """Work in the register."""
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}") as register:
        yield register


def first(tmp_path: Path, kind: str, **wanted: object) -> Record:
    """Give the first record of a kind that has these values."""
    with register_of(tmp_path) as register:
        return next(r for r in register.all(kind) if all(getattr(r, n) == v for n, v in wanted.items()))


def edited(tmp_path: Path, record: Record, model: str, here: dict[str, object], there: dict[str, object]) -> None:
    """Change a record on both sides."""
    with register_of(tmp_path) as register, staff(tmp_path) as at_work:
        register.save([record.model_copy(update=here)])
        at_work.write(model, f"binome.{record.kind}_{record.key.hex}", **there)


def now(tmp_path: Path, record: Record) -> Record | None:
    """Give a record as the register has it now."""
    with register_of(tmp_path) as register:
        return register.get(record.kind, record.key)


@pytest.fixture
def conflict(club: Run, tmp_path: Path) -> Pair:
    """A club in which both sides changed the planned end of a pair."""
    pair = first(tmp_path, "pair", state="active")
    assert isinstance(pair, Pair)
    edited(tmp_path, pair, "x_mentoring_pair", {"planned_end": None}, {"x_planned_end": "2026-12-17"})
    assert document(club, "sync", code=3)["conflicts"] == 1
    return pair


def test_the_plan_shows_values_only_where_they_are_asked_for(club: Run, tmp_path: Path) -> None:
    """With --show-values both sides stand in the table and in the document, a code by its label on the screen."""
    pair = first(tmp_path, "pair", state="active")
    with staff(tmp_path) as at_work:
        at_work.write("x_mentoring_pair", f"binome.pair_{pair.key.hex}", x_cadence_days=61, x_state="paused")
    assert "values" not in document(club, "plan")["changes"][0]
    assert " 61 " not in club("plan")[1]
    (change,) = document(club, "plan", "--show-values")["changes"]
    assert change["values"]["cadence_days"] == {"register": getattr(pair, "cadence_days", 0), "crm": 61}
    assert change["values"]["state"] == {"register": "active", "crm": "paused"}
    shown = club("plan", "--show-values")[1]
    for part in (" 61 ", "Actif", "En pause", pair.ref or ""):
        assert part in shown


def test_employees_see_only_what_every_user_of_the_crm_sees(club: Run, tmp_path: Path) -> None:
    """For employees a pair's dates are withheld and its reference is not shown; a shared name is."""
    pair, person = first(tmp_path, "pair", state="active"), first(tmp_path, "person")
    with staff(tmp_path) as at_work:
        at_work.write("x_mentoring_pair", f"binome.pair_{pair.key.hex}", x_cadence_days=61)
        at_work.write("res.partner", f"binome.person_{person.key.hex}", name="Nom Nouveau")
    changes = {c["record"]: c for c in document(club, "plan", "--show-values", "--as", "employees")["changes"]}
    assert changes["pair"]["values"]["cadence_days"] == {"register": None, "crm": None, "withheld": True}
    assert changes["person"]["values"]["name"]["crm"] == "Nom Nouveau"
    shown = club("plan", "--show-values", "--as", "employees")[1]
    assert "•••" in shown
    assert "Nom Nouveau" in shown
    assert " 61 " not in shown
    assert str(pair.ref) not in shown
    assert str(person.ref) not in shown


def test_a_consent_decides_whether_employees_see_an_address(club: Run, tmp_path: Path) -> None:
    """Withdrawn in the CRM and not yet taken in, a consent already withholds the address from employees."""
    person = first(tmp_path, "person", share_email=True)
    ours, card = f"binome.person_{person.key.hex}", f"binome.card_{person.key.hex}"

    def seen() -> dict[str, object]:
        changes = document(club, "plan", "--show-values", "--as", "employees")["changes"]
        (values,) = [c["values"] for c in changes if c["record"] == "person" and "email" in c["values"]]
        return dict(values["email"])

    with staff(tmp_path) as at_work:
        at_work.write("res.partner", ours, email="neuve@exemple.org")
        assert seen()["crm"] == "neuve@exemple.org"
        at_work.write("x_mentoring_card", card, x_share_email=False)
    assert seen() == {"register": None, "crm": None, "withheld": True}


def test_conflicts_show_both_values(club: Run, tmp_path: Path, conflict: Pair) -> None:
    """The values in conflict are read from both sides as they are now; without the option none is shown."""
    (found,) = document(club, "conflicts", "--show-values", code=3)["conflicts"]
    assert found["values"] == {"planned_end": {"register": None, "crm": "2026-12-17"}}
    assert "17/12/2026" in club("conflicts", "--show-values")[1]
    assert "17/12/2026" not in club("conflicts")[1]
    (hidden,) = document(club, "conflicts", "--show-values", "--as", "employees", code=3)["conflicts"]
    assert hidden["values"]["planned_end"]["withheld"]


def test_a_conflict_is_settled_with_another_value(club: Run, tmp_path: Path, conflict: Pair) -> None:
    """A new value is saved here, decided for the register, and in the CRM after the next sync."""
    named = "--key", str(conflict.ref), "--field", "planned_end"
    before = club("conflicts", "--value", "nonsense-42", *named)
    assert before[0] == 2
    assert "planned_end" in before[2]
    assert "attendu" in before[2]
    assert "nonsense-42" not in before[1] + before[2]
    assert getattr(now(tmp_path, conflict), "planned_end", 0) is None
    assert document(club, "conflicts", "--value", "05/11/2026", *named)["conflicts"][0]["status"] == "keep_register"
    assert document(club, "sync")["conflicts"] == 0
    with staff(tmp_path) as at_work:
        row = at_work.read("x_mentoring_pair", f"binome.pair_{conflict.key.hex}", "x_planned_end")
    assert row["x_planned_end"] == "2026-11-05"
    assert str(getattr(now(tmp_path, conflict), "planned_end", "")) == "2026-11-05"


def test_a_value_and_its_decision_are_saved_together(
    club: Run, tmp_path: Path, conflict: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the decision cannot be kept, the value is not kept either."""

    def locked(*_: object) -> None:
        raise RegisterLocked("here")

    monkeypatch.setattr(State, "decide", locked)
    named = "--key", str(conflict.ref), "--field", "planned_end"
    assert document(club, "conflicts", "--value", "05/11/2026", *named, code=1)["error"] == "RegisterLocked"
    assert getattr(now(tmp_path, conflict), "planned_end", 0) is None


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--value", "2026-11-05", "--field", "planned_end"], "OptionMissing"),
        (["--value", "2026-11-05", "--key", "b-99", "--field", "planned_end"], "KeyUnknown"),
        (["--keep", "crm", "--field", "cadence_days"], "FieldUnknown"),
        (["--keep", "crm"], "NotConfirmed"),
        (["--keep", "crm", "--key", "ffffffff"], "KeyUnknown"),
    ],
)
def test_what_names_nothing_settles_nothing(club: Run, conflict: Pair, words: list[str], error: str) -> None:
    """A command that names no record or field, or everything without a yes, is refused and changes nothing."""
    assert document(club, "conflicts", *words, code=2)["error"] == error
    assert document(club, "conflicts", code=3)["conflicts"][0]["status"] == "open"


def test_everything_at_once_is_settled_with_a_yes(club: Run, conflict: Pair) -> None:
    """--yes settles all open conflicts for one side without a question; a few digits of a key settle one record's."""
    found = document(club, "conflicts", "--keep", "crm", "--key", conflict.key.hex[:14])["conflicts"]
    assert [row["status"] for row in found] == ["keep_crm"]
    found = document(club, "conflicts", "--keep", "register", "--yes")["conflicts"]
    assert [row["status"] for row in found] == ["keep_register"]


def test_no_key_is_cut_in_a_narrow_terminal(
    club: Run, tmp_path: Path, conflict: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At eighty columns a record is named whole, by a reference of usual length or by digits of its key."""
    monkeypatch.setenv("COLUMNS", "80")
    for ref in ("atelier-vercors-et-conseil-2026", None):
        with register_of(tmp_path) as register:
            register.save([conflict.model_copy(update={"ref": ref, "planned_end": None})])
        for command in (["conflicts"], ["conflicts", "--show-values"], ["status"], ["plan", "--show-values"]):
            shown = club(*command)[1]
            assert (ref or conflict.key.hex[:8]) in shown, command
            assert "…" not in shown, command


@pytest.fixture
def gone(club: Run, tmp_path: Path) -> Record:
    """A club whose CRM has lost a contribution, which a full sync has set aside."""
    lost = first(tmp_path, "contribution")
    with staff(tmp_path) as at_work:
        at_work.delete("x_mentoring_contribution", f"binome.contribution_{lost.key.hex}")
    assert document(club, "sync", "--full", code=3)["parked"] == 1
    return lost


def test_what_is_set_aside_says_what_to_do(club: Run, gone: Record) -> None:
    """The list names the record and the two ways out, in both forms; the status leads to it."""
    (row,) = document(club, "parked", code=3)["parked"]
    assert (row["record"], row["key"], row["code"]) == ("contribution", str(gone.key), "gone_from_crm")
    assert "--recreate" in row["advice"]
    shown = club("parked")[1]
    assert "--archive" in shown
    assert str(gone.ref) in shown
    assert "binome parked" in club("status")[1]


def test_what_is_gone_from_the_crm_can_be_made_anew(club: Run, tmp_path: Path, gone: Record) -> None:
    """After --recreate the next sync makes it again, once, and nothing is set aside any more."""
    assert document(club, "parked", "--recreate", str(gone.ref), code=3)["parked"][0]["code"] == "recreate_asked"
    assert document(club, "sync")["created"] == 1
    assert document(club, "parked")["parked"] == []
    assert document(club, "verify")["consistent"]


def test_what_is_gone_from_the_crm_can_be_archived_here(club: Run, tmp_path: Path, gone: Record) -> None:
    """After --archive it is archived in the register, the CRM stays without it, and nothing is set aside any more."""
    document(club, "parked", "--archive", gone.key.hex, code=3)
    assert getattr(now(tmp_path, gone), "active", None) is False
    report = document(club, "sync")
    assert (report["created"], report["parked"]) == (0, 0)
    assert document(club, "verify")["consistent"]


def test_only_what_is_gone_can_be_made_anew(club: Run, tmp_path: Path) -> None:
    """A record that is set aside for another reason is neither made anew nor archived."""
    with staff(tmp_path) as at_work:
        stranger = at_work.create("res.partner", name="Inconnue")
        at_work.create("x_mentoring_contribution", x_partner_id=stranger, x_date="2026-11-02",
                       x_category="workshop", x_minutes=30, x_state="declared")
    assert document(club, "sync", code=3)["parked"] == 1
    key = document(club, "parked", code=3)["parked"][0]["key"]
    for option in ("--recreate", "--archive"):
        assert document(club, "parked", option, key, code=2)["error"] == "NotGone"


def test_a_large_plan_says_why_once_and_how_to_approve_it(
    club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is given in French, once, with its numbers, and the plan says which command approves it."""
    monkeypatch.setenv("BINOME_LIMITS_MAX_UPDATES", "0")
    person = first(tmp_path, "person")
    assert isinstance(person, Person)
    with staff(tmp_path) as at_work:
        at_work.write("res.partner", f"binome.person_{person.key.hex}", name="Autre Nom")
    found = document(club, "plan", code=3)
    assert found["reasons"] == ["1 fiches seraient modifiées dans le registre ; le plafond est 0"]
    assert f"binome sync --approve {found['hash']}" in club("plan")[1]
    _, out, err = club("sync")
    assert (out + err).count("le plafond est 0") == 1
    assert f"binome sync --approve {found['hash']}" in err


def test_failures_are_told_in_the_language_of_the_club(club: Run, tmp_path: Path) -> None:
    """The same failure is told in French or in English, as the configuration says, and by one name with --json."""
    (tmp_path / "binome.db").rename(tmp_path / "away.db")
    assert "Il n'y a pas de registre" in club("status")[2]
    settings = (tmp_path / "binome.toml").read_text().replace('language = "fr"', 'language = "en"')
    (tmp_path / "binome.toml").write_text(settings)
    assert "There is no register" in club("status")[2]
    assert "Il n'y a pas" not in club("status", "--config", str(tmp_path / "binome.toml"))[2]
    assert document(club, "status", code=2)["error"] == "RegisterMissing"
