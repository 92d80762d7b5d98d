"""``binome undo`` and ``binome runs`` as their user meets them, on a sandbox CRM in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connector.crm.sandbox import SandboxCrm
from tests.e2e.at_work import Run, document, staff


def _rename(tmp_path: Path, name: str) -> str:
    """Rename a contact as staff do, and give its external id."""
    partner = min(SandboxCrm.open(str(tmp_path / "crm.db")).bindings("res.partner"))
    with staff(tmp_path) as at_work:
        at_work.write("res.partner", partner, name=name)
    return partner


def _name(tmp_path: Path, partner: str) -> Any:
    with staff(tmp_path) as at_work:
        return at_work.read("res.partner", partner, "name")["name"]


def test_a_sync_is_taken_back_and_the_undo_too(club: Run, tmp_path: Path) -> None:
    """An edit by staff goes with the sync that took it in, and comes back with the undo of the undo; no value shows."""
    partner = min(SandboxCrm.open(str(tmp_path / "crm.db")).bindings("res.partner"))
    before = _name(tmp_path, partner)
    _rename(tmp_path, "Canari Renomme")
    assert club("sync")[0] == 0
    shown = document(club, "undo", "last", "--dry-run")
    assert [one["fields"] for one in shown["taken_back"]] == [["name"]]
    assert shown["run"] is None
    assert _name(tmp_path, partner) == "Canari Renomme"

    code, out, err = club("undo", "last", "--yes")
    assert (code, _name(tmp_path, partner)) == (0, before)
    assert "Canari" not in out + err
    assert document(club, "verify")["consistent"]

    newest, *_ = document(club, "runs")["runs"]
    assert (newest["command"], newest["outcome"]["taken_back"]) == ("undo", 1)
    assert newest["run"] in out
    assert document(club, "undo", newest["run"], "--yes")["left"] == []
    assert _name(tmp_path, partner) == "Canari Renomme"
    assert document(club, "plan")["changes"] == []


def test_what_changed_since_stays_and_is_named(club: Run, tmp_path: Path) -> None:
    """A newer edit is left, named by field and code, and a person is asked for."""
    _rename(tmp_path, "One")
    club("sync")
    partner = _rename(tmp_path, "Two")
    left = document(club, "undo", "last", "--yes", code=3)["left"]
    assert [(one["field"], one["code"]) for one in left] == [("name", "changed_since")]
    assert _name(tmp_path, partner) == "Two"
    assert "modifié depuis" in club("undo", "last", "--yes")[1]


@pytest.mark.parametrize("words", [["undo", "nonsense"], ["undo", "0"], ["undo", "last"]])
def test_an_undo_that_names_no_run_or_asks_in_json_is_refused(club: Run, words: list[str]) -> None:
    """A run that is not there, a beginning that several share, and a question that no program could answer."""
    club("undo", "last", "--yes")
    document(club, *words, *(() if words[1] == "last" else ("--yes",)), code=2)


def test_an_undo_asks_and_takes_no_for_an_answer(
    club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --yes a person is asked; after a no nothing is taken back."""
    partner = _rename(tmp_path, "One")
    club("sync")
    monkeypatch.setattr("typer.confirm", lambda _: False)
    assert club("undo", "last")[0] == 3
    assert _name(tmp_path, partner) == "One"
