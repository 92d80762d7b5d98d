"""Importing into the register: whole or not at all, again and again, with bad rows set aside when asked."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.records import Mentor, Organisation, Pair, Person
from mappings.vocabulary import Role
from sync_jobs.migrations.problems import AlreadyThere, NotWritten, WorkbookProblems, problems_table
from sync_jobs.migrations.workbook import import_workbook

from .conftest import MakeFile
from .test_problems import small_club

Counts = Callable[[], dict[str, int]]


def test_the_example_club_is_imported_once(club_file: Path, register: Register, counts: Counts) -> None:
    """The first import creates everything; the second finds everything as it is and changes nothing."""
    first = import_workbook(register, club_file)
    assert first.created == counts()
    assert (first.unchanged, first.problems, first.rejected) == (0, [], 0)
    before = register.watermark()
    again = import_workbook(register, club_file)
    assert (again.created, again.updated, again.unchanged) == ({}, {}, sum(first.created.values()))
    assert register.watermark() == before


def test_a_changed_row_updates_and_a_missing_row_is_left_alone(make_file: MakeFile, register: Register) -> None:
    """Known keys keep their record; what disappeared from the file stays in the register."""
    import_workbook(register, make_file({"Organisations": [["Clé", "Nom"], ["a", "A"], ["b", "B"]]}))
    before = register.by_ref("organisation", ["a"])["a"].key
    report = import_workbook(register, make_file({"Organisations": [["Clé", "Nom"], ["a", "A bis"]]}))
    after = register.by_ref("organisation", ["a", "b"])
    assert (report.created, report.updated) == ({}, {"organisation": 1})
    assert (after["a"].key, len(after)) == (before, 2)


def test_a_missing_column_leaves_its_field_and_an_empty_cell_empties_it(
    make_file: MakeFile, register: Register
) -> None:
    """A workbook that lacks a column knows nothing of it; one that has it empty says that there is nothing."""
    import_workbook(register, make_file({"Organisations": [["Clé", "Nom", "Ville"], ["a", "A", "Ici"]]}))
    import_workbook(register, make_file({"Organisations": [["Clé", "Nom"], ["a", "A bis"]]}))
    assert _organisation(register).city == "Ici"
    import_workbook(register, make_file({"Organisations": [["Clé", "Nom", "Ville"], ["a", "A", None]]}))
    assert _organisation(register).city is None


def _organisation(register: Register) -> Organisation:
    record = register.by_ref("organisation", ["a"])["a"]
    assert isinstance(record, Organisation)
    return record


def test_a_link_may_lead_to_what_the_register_holds(make_file: MakeFile, register: Register) -> None:
    """A workbook of meetings alone is enough, once its pairs are known."""
    import_workbook(register, make_file(small_club()))
    meetings = [["Clé", "Binôme", "Date", "Statut"], ["r1", "b", dt.date(2026, 4, 1), "Tenue"]]
    assert import_workbook(register, make_file({"Rencontres": meetings})).created == {"meeting": 1}


def test_a_profile_that_staff_made_is_found_by_its_person(make_file: MakeFile, register: Register) -> None:
    """A mentor's profile without a reference, as one adopted from the CRM, is updated and not doubled."""
    person = Person(key=new_key(), ref="m", name="M", roles=frozenset({Role.MENTOR}))
    register.save([person, Mentor(key=new_key(), person=person.key, capacity=5)])
    rows = [["Clé", "Nom", "Rôles", "Expertise"], ["m", "M", "Mentor", "Vente"]]
    import_workbook(register, make_file({"Personnes": rows}))
    (profile,) = register.all("mentor")
    assert isinstance(profile, Mentor)
    assert (profile.capacity, profile.expertise) == (5, "Vente")


def test_what_the_pair_wrote_survives_an_import_without_the_key(make_file: MakeFile, tmp_path: Path) -> None:
    """An import changes nothing of a sealed text, and does not need the vault's key."""
    url, vault = f"sqlite:///{tmp_path / 'sealed.db'}", Vault([Vault.generate_key()])
    person = Person(key=new_key(), ref="m", name="M", motivation="entre nous")
    with Register.open(url, vault=vault, create=True) as register:
        register.save([person])
    with Register.open(url) as keyless:
        import_workbook(keyless, make_file({"Personnes": [["Clé", "Nom"], ["m", "Autre nom"]]}))
    with Register.open(url, vault=vault) as register:
        assert register.unseal("person", person.key) == {"motivation": "entre nous"}
        assert register.by_ref("person", ["m"])["m"].model_dump(include={"name"}) == {"name": "Autre nom"}


def test_a_dry_run_reports_and_keeps_nothing(
    club_file: Path, register: Register, tmp_path: Path, counts: Counts
) -> None:
    """A dry run tells what an import would create, and leaves neither records nor a reject file."""
    before = register.watermark()
    report = import_workbook(register, club_file, dry_run=True, skip_bad=tmp_path / "bad.xlsx")
    assert (report.created["pair"], report.dry_run, counts()) == (14, True, {})
    assert register.watermark() == before
    assert not (tmp_path / "bad.xlsx").exists()


def test_bad_rows_are_set_aside_with_what_depends_on_them(
    make_file: MakeFile, register: Register, tmp_path: Path, counts: Counts
) -> None:
    """A bad person takes the pair and its charter along; the rest is imported; nothing is lost."""
    file, bad = make_file(small_club(capacity="beaucoup")), tmp_path / "bad.xlsx"
    report = import_workbook(register, file, skip_bad=bad, language="fr")
    assert counts() == {"organisation": 3, "stay": 1, "person": 1, "mentee": 1}
    assert report.rejected == 3
    with CalamineWorkbook.from_path(str(bad)) as book:
        people = book.get_sheet_by_name("Personnes").to_python()
        assert book.sheet_names == ["Personnes", "Binômes", "Chartes"]
    assert people[0][-1] == "Problème"
    assert people[1][0] == "m"
    assert people[1][5] == "beaucoup"
    assert "nombre entier" in people[1][-1]
    assert stat.S_IMODE(bad.stat().st_mode) == 0o600


def test_a_corrected_reject_file_completes_the_import(
    make_file: MakeFile, register: Register, tmp_path: Path, counts: Counts
) -> None:
    """Correct the cell in the reject file, import it, and the register holds what a good file would have given."""
    bad = tmp_path / "bad.xlsx"
    import_workbook(register, make_file(small_club(capacity="beaucoup")), skip_bad=bad)
    book = load_workbook(bad)
    book["Personnes"]["F2"] = 1
    book.save(bad)
    import_workbook(register, bad)
    assert counts() == {
        "organisation": 3, "stay": 1, "person": 2, "mentor": 1, "mentee": 1, "pair": 1, "charter": 1,
    }


def test_a_pair_is_not_imported_active_when_its_charter_is_set_aside(
    make_file: MakeFile, register: Register, tmp_path: Path
) -> None:
    """What is left after bad rows are gone obeys the rules too: no pair is active without its charter."""
    file = make_file(small_club(signed="hier"))
    import_workbook(register, file, skip_bad=tmp_path / "bad.xlsx")
    assert register.count("pair") == register.count("charter") == 0


def test_dependence_is_followed_to_its_end(make_file: MakeFile, register: Register, tmp_path: Path) -> None:
    """A row that depends on a bad one through others is set aside too, in whatever order they stand."""
    rows = [["Clé", "Nom", "Maison mère"], ["a", "A", "b"], ["b", "B", "c"], ["c", "C", "d"], ["d", None, None]]
    report = import_workbook(register, make_file({"Organisations": rows}), skip_bad=tmp_path / "bad.xlsx")
    assert [p.code for p in report.problems] == ["rejected_link"] * 3 + ["required"]
    assert (report.rejected, register.count("organisation")) == (4, 0)


def test_a_bad_header_cannot_be_set_aside(make_file: MakeFile, register: Register, tmp_path: Path) -> None:
    """A column that must not be there refuses the file, bad rows skipped or not; there is then no reject file."""
    file = make_file({"Organisations": [["Clé", "Nom", "Notes"], ["a", "A", "?"]]})
    with pytest.raises(WorkbookProblems):
        import_workbook(register, file, skip_bad=tmp_path / "bad.xlsx")
    assert not (tmp_path / "bad.xlsx").exists()


def test_a_reject_file_never_replaces_a_file(club_file: Path, register: Register, tmp_path: Path) -> None:
    """The reject file's name must be free: it could be the workbook itself."""
    taken = tmp_path / "taken.xlsx"
    taken.write_bytes(b"precious")
    with pytest.raises(AlreadyThere):
        import_workbook(register, club_file, skip_bad=taken)
    assert (taken.read_bytes(), register.count("pair")) == (b"precious", 0)


def test_the_reject_file_holds_no_formula(make_file: MakeFile, register: Register, tmp_path: Path) -> None:
    """What starts like a formula is written as text, and a formula of the file is not written again."""
    rows = [
        ["Clé", "Nom", "Ville", "Secteur"], ["=cmd|' /C calc'!A1", None, "@SUM(A1)", "+1"], ["b", None, "=1+1", "-2"],
    ]
    file = make_file({"Organisations": rows})
    book = load_workbook(file)
    for at in ("A2", "C2", "D2", "D3"):
        book["Organisations"][at].data_type = "s"
    book.save(file)
    import_workbook(register, file, skip_bad=tmp_path / "bad.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "bad.xlsx")["Organisations"].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@")))


def test_a_reject_file_cannot_be_imported_uncorrected(
    make_file: MakeFile, register: Register, tmp_path: Path
) -> None:
    """Bad cells stay bad in the reject file: a formula without a result is not taken for an empty cell."""
    bad = tmp_path / "bad.xlsx"
    import_workbook(register, make_file(small_club(capacity="=1+1", manager="#N/A")), skip_bad=bad)
    with pytest.raises(WorkbookProblems) as caught:
        import_workbook(register, bad)
    assert [(p.letter, p.code) for p in caught.value.problems] == [("F", "error_cell"), ("H", "error_cell")]


def test_the_table_of_problems_names_what_to_correct(make_file: MakeFile, register: Register, tmp_path: Path) -> None:
    """Rows that are only set aside with another stand in the report, and not in the table."""
    report = import_workbook(register, make_file(small_club(capacity="?")), skip_bad=tmp_path / "bad.xlsx")
    assert (len(report.problems), len(problems_table(report.problems))) == (3, 1)


def test_an_import_that_fails_halfway_keeps_nothing(
    make_file: MakeFile, register: Register, tmp_path: Path, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the reject file cannot be written, the good rows are not kept either."""
    file = make_file(small_club(capacity="?"))
    with pytest.raises(NotWritten):
        import_workbook(register, file, skip_bad=tmp_path / "no such folder" / "bad.xlsx")
    monkeypatch.setattr("sync_jobs.migrations.workbook.write_rejects", _full_disk)
    with pytest.raises(NotWritten):
        import_workbook(register, file, skip_bad=tmp_path / "bad.xlsx")
    assert counts() == {}


def _full_disk(*_: object) -> None:
    raise OSError("no space")


def test_a_mentor_over_capacity_in_the_register_is_told(make_file: MakeFile, register: Register) -> None:
    """The rules look at what the register knows of the people and pairs that the file names."""
    import_workbook(register, make_file(small_club()))
    sheets = small_club()
    pairs = {"Binômes": [*sheets["Binômes"], ["b2", *sheets["Binômes"][1][1:]]]}
    charters = {"Chartes": [*sheets["Chartes"], ["c2", "b2", *sheets["Chartes"][1][2:]]]}
    with pytest.raises(WorkbookProblems) as caught:
        import_workbook(register, make_file(pairs | charters))
    assert {p.code for p in caught.value.problems} == {"over_capacity"}
    assert all(isinstance(pair, Pair) for pair in register.all("pair"))


def test_progress_is_told(club_file: Path, register: Register) -> None:
    """The two steps of an import are announced with their numbers."""
    steps: list[tuple[str, int]] = []
    import_workbook(register, club_file, progress=lambda step, count: steps.append((step, count)))
    assert [step for step, _ in steps] == ["read", "saved"]
