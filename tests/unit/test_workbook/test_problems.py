"""Problems inside a workbook: each names its place and what is expected, all in one go, and nothing is imported."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from connector.register.repository import Register
from sync_jobs.migrations import messages
from sync_jobs.migrations.problems import Problem, WorkbookProblems, problems_table, problems_text
from sync_jobs.migrations.workbook import import_workbook, read_workbook

from .conftest import MakeFile, Sheets

DAY = dt.date(2026, 3, 2)
PEOPLE = [
    "Clé", "Nom", "Organisation", "Rôles", "Statut", "Capacité", "Conflits d'intérêts", "Responsable hiérarchique",
]
PAIRS = [
    "Clé", "Mentor", "Mentoré", "Statut", "Accepté par le mentor", "Accepté par le mentoré", "Début", "Fin prévue",
    "Fin réelle", "Hébergement",
]


def small_club(**changes: Any) -> Sheets:
    """Give a club of one pair that is right; keyword arguments replace cells: ``pair_state="Actif"``."""
    cell = {
        "mentor_company": "o1", "mentee_company": "o2", "mentor_roles": "Mentor", "mentee_roles": "Mentoré",
        "capacity": 1, "conflicts": None, "manager": None, "mentor": "m", "mentee": "f", "state": "Actif",
        "accepted": "oui", "start": DAY, "planned_end": dt.date(2027, 1, 31), "end": None, "parent": None,
        "charter": "Signée", "signed": DAY, "stay_end": dt.date(2027, 1, 31), "mentee_state": None,
        **changes,
    }
    return {
        "Organisations": [
            ["Clé", "Nom", "Maison mère"], ["o1", "Une", cell["parent"]], ["o2", "Deux", cell["parent"]],
            ["p", "Mère", None],
        ],
        "Hébergements": [["Clé", "Organisation", "Début", "Fin prévue"], ["h", "o2", DAY, cell["stay_end"]]],
        "Personnes": [
            PEOPLE,
            ["m", "M", cell["mentor_company"], cell["mentor_roles"], None, cell["capacity"], cell["conflicts"], None],
            ["f", "F", cell["mentee_company"], cell["mentee_roles"], cell["mentee_state"], None, None, cell["manager"]],
        ],
        "Binômes": [
            PAIRS,
            ["b", cell["mentor"], cell["mentee"], cell["state"], cell["accepted"], "oui", cell["start"],
             cell["planned_end"], cell["end"], "h"],
        ],
        "Chartes": [
            ["Clé", "Binôme", "Version", "Statut", "Signée par le mentor le", "Signée par le mentoré le"],
            ["c", "b", "2026-1", cell["charter"], cell["signed"], cell["signed"]],
        ],
    }


def found(path: Path) -> list[Problem]:
    return read_workbook(path, lambda _kind, _refs: {}).problems


def test_a_small_club_that_is_right_has_no_problems(make_file: MakeFile) -> None:
    """What the other tests start from is in order."""
    assert found(make_file(small_club())) == []


@pytest.mark.parametrize(
    ("changes", "sheet", "row", "column", "code"),
    [
        ({"mentor_company": "o2"}, "Binômes", 2, "Mentoré", "same_company"),
        ({"parent": "p"}, "Binômes", 2, "Mentoré", "same_company"),
        ({"manager": "m"}, "Binômes", 2, "Mentoré", "hierarchy"),
        ({"conflicts": "o2"}, "Binômes", 2, "Mentor", "conflict_of_interest"),
        ({"accepted": "non"}, "Binômes", 2, "Statut", "not_accepted"),
        ({"charter": "Signée", "signed": None}, "Chartes", 2, "Signée par le mentor le", "state_needs"),
        ({"charter": "Envoyée"}, "Chartes", 2, "Signée par le mentor le", "state_forbids"),
        ({"charter": "Remplacée"}, "Binômes", 2, "Statut", "charter_not_signed"),
        ({"stay_end": dt.date(2026, 12, 31)}, "Binômes", 2, "Fin prévue", "outlives_stay"),
        ({"capacity": 0}, "Binômes", 2, "Mentor", "over_capacity"),
        ({"mentor_roles": "Coach", "capacity": None}, "Binômes", 2, "Mentor", "role"),
        ({"mentor_roles": "Coach"}, "Personnes", 2, "Capacité", "needs_role"),
        ({"mentee_roles": "Coach", "mentee_state": "Actif"}, "Personnes", 3, "Statut", "needs_role"),
        ({"mentee": "m"}, "Binômes", 2, "Mentoré", "two_people"),
        ({"manager": "f"}, "Personnes", 3, "Responsable hiérarchique", "loop"),
        ({"start": None}, "Binômes", 2, "Début", "state_needs"),
        ({"end": DAY}, "Binômes", 2, "Fin réelle", "state_forbids"),
        ({"planned_end": dt.date(2026, 3, 1)}, "Binômes", 2, "Fin prévue", "before"),
        ({"stay_end": dt.date(2026, 3, 1)}, "Hébergements", 2, "Fin prévue", "before"),
        ({"mentor": "nobody"}, "Binômes", 2, "Mentor", "dangling"),
        ({"conflicts": "o1, nowhere"}, "Personnes", 2, "Conflits d'intérêts", "dangling_item"),
        ({"start": "le 2 mars"}, "Binômes", 2, "Début", "day"),
        ({"state": None}, "Binômes", 2, "Statut", "required"),
        ({"start": "=TODAY()"}, "Binômes", 2, "Début", "formula"),
    ],
)
def test_each_problem_names_its_place(
    changes: dict[str, Any], sheet: str, row: int, column: str, code: str, make_file: MakeFile
) -> None:
    """Sheet, row, column and what is expected are told, in both languages."""
    problems = found(make_file(small_club(**changes)))
    assert (sheet, row, column, code) in [(p.sheet, p.row, p.column, p.code) for p in problems]
    assert all(p.letter and p.text("fr") != p.text("en") for p in problems)


def test_all_problems_of_a_file_are_told_in_one_go(make_file: MakeFile, register: Register) -> None:
    """Problems of several sheets and kinds come together, and nothing at all is imported."""
    file = make_file(small_club(mentor="nobody", start="le 2 mars", capacity="beaucoup", charter="fini", parent="?"))
    before = register.watermark()
    with pytest.raises(WorkbookProblems) as caught:
        import_workbook(register, file)
    places = {(p.sheet, p.code) for p in caught.value.problems}
    assert places >= {
        ("Binômes", "dangling"), ("Binômes", "day"), ("Personnes", "whole"), ("Chartes", "choice"),
        ("Organisations", "dangling"),
    }
    assert register.watermark() == before


def test_one_mistake_is_told_once(make_file: MakeFile) -> None:
    """A pair whose charter has a problem of its own is not blamed for it, nor is what refers to a bad row."""
    assert [p.code for p in found(make_file(small_club(charter="fini")))] == ["choice"]
    assert [p.code for p in found(make_file(small_club(capacity="?")))] == ["whole"]


def test_no_value_of_the_file_is_ever_repeated(make_file: MakeFile) -> None:
    """Errors, tables and representations hold places and expectations, not what somebody typed."""
    canary = "Canari-7f3a"
    sheets = small_club(mentor=canary, start=canary, capacity=canary, state=canary, parent=canary, conflicts=canary)
    sheets["Personnes"] = [[*PEOPLE, canary], *([*row, canary] for row in sheets["Personnes"][1:])]
    loaded = read_workbook(make_file(sheets), lambda _kind, _refs: {})
    error = WorkbookProblems(loaded.problems)
    told = [repr(loaded), str(error), repr(error)]
    told += [problems_text(loaded.problems, "fr"), repr(problems_table(loaded.problems))]
    assert len(loaded.problems) >= 6
    assert not any(canary in text for text in told)


def test_a_key_used_twice_names_both_rows(make_file: MakeFile) -> None:
    """Each of the rows that share a key is told, with the number of the other."""
    problems = found(make_file({"Organisations": [["Clé", "Nom"], ["o", "Une"], ["x", "X"], ["o", "Deux"]]}))
    assert [(p.row, p.details["row"], p.code) for p in problems] == [(2, 4, "duplicate"), (4, 2, "duplicate")]


def test_a_dangling_key_names_the_sheet_that_was_searched(make_file: MakeFile) -> None:
    """The text of a dangling link says where the key was looked for."""
    (problem,) = found(make_file({"Hébergements": [["Clé", "Organisation", "Début"], ["h", "o", DAY]]}))
    text = problem.text("fr").replace("\N{NO-BREAK SPACE}", " ")
    assert "« Organisations »" in text
    assert text.startswith("Hébergements, ligne 2, colonne B « Organisation » : attendu")


def test_formulas_that_were_never_calculated_are_found(make_file: MakeFile) -> None:
    """A row or column of formulas without results, as scripts write them, is not taken for empty."""
    rows = [["Clé", "Nom", "Ville"], ["a", "A", None, "=1"], [None, None, None], ["=A2", "=B2", None]]
    problems = found(make_file({"Organisations": rows}))
    assert {(p.row, p.letter) for p in problems if p.code == "formula"} == {(2, "D"), (4, "A"), (4, "B")}


def test_error_values_are_not_read_as_empty(make_file: MakeFile) -> None:
    """A cell that shows #N/A is a problem: to pass over it would lose what belongs there."""
    (problem,) = found(make_file({"Organisations": [["Clé", "Nom", "Ville"], ["o", "Une", "#N/A"]]}))
    assert (problem.letter, problem.code) == ("C", "error_cell")


@pytest.mark.parametrize(
    ("sheets", "code", "text"),
    [
        ({"Organisations": [["Clé", "Nom", "Notes"], ["o", "Une", "?"]]}, "confidential_header", "“Notes”"),
        ({"Organisations": [["Clé", "Nom", "Compte rendu de mars"], ["o", "U", "?"]]}, "confidential_header", "says"),
        ({"Organisations": [["Clé", "Nom", "Vile"], ["o", "Une", "?"]]}, "unknown_header", "“City”"),
        ({"Organisations": [["Clé", "Nom", ""], ["o", "Une", "?"]]}, "no_header", "column C"),
        ({"Organisations": [["Clé", "Nom", "Name"], ["o", "Une", "?"]]}, "twice_header", "column B"),
        ({"Organisations": [["Clé", "Ville"], ["o", "Ici"]]}, "missing_header", "“Name”"),
        ({"Organisation": [["Clé", "Nom"], ["o", "Une"]]}, "unknown_sheet", "“Organisations”"),
        ({"Rencontres": [["Clé"]], "Meetings": [["Key"]]}, "twice_sheet", "Meetings"),
    ],
)
def test_sheets_and_headers_are_checked(sheets: Sheets, code: str, text: str, make_file: MakeFile) -> None:
    """What is unknown names the nearest known; what a pair says is refused with the reason why."""
    problem = next(p for p in found(make_file(sheets)) if p.code == code)
    assert text in problem.text()
    assert problem.blocks


def test_headers_and_sheets_are_accepted_in_english(make_file: MakeFile) -> None:
    """An English workbook is read like a French one."""
    file = make_file({"organisations": [["KEY", "name", "Parent company"], ["o", "One", ""]]})
    assert [r.ref for r in read_workbook(file, lambda _kind, _refs: {}).records] == ["o"]


def test_empty_rows_do_not_shift_the_numbers(make_file: MakeFile) -> None:
    """A row is told by the number that the person sees, blank rows counted."""
    (problem,) = found(make_file({"Organisations": [["Clé", "Nom"], [None], ["o", None]]}))
    assert (problem.row, problem.code) == (3, "required")


def test_every_text_exists_in_both_languages() -> None:
    """No code lacks a text, and each pair of texts takes the same details."""
    pairs = [*messages.PLACE.values(), *messages.EXPECTED.values(), *messages.REFUSED, *sum(messages.FILE.values(), ())]
    for english, french in pairs:
        assert english
        assert french
        assert sorted(p.split("}")[0] for p in english.split("{")[1:]) == sorted(
            p.split("}")[0] for p in french.split("{")[1:])
