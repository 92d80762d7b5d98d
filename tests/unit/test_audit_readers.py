"""The audit of who reads: which fields are looked at, what counts as too many, and that every word is explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connector.crm.module.names import GROUP_COORDINATOR
from connector.crm.odoo import OdooCrm
from connector.crm.sandbox import SandboxCrm
from connector.settings import Settings, SettingsError
from mappings.catalogue import CATALOGUE
from mappings.destinations import MODELS
from sync_jobs.audit import readers
from sync_jobs.screens.readers import WAYS
from tests.unit.test_odoo_crm import Scripted

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
ACTION = [{"name": "action_probe", "res_id": 17}]


def field(number: int, model: str, name: str, **more: Any) -> dict[str, Any]:
    """Describe a field as Odoo lists it."""
    return {"id": number, "model": model, "name": name, "relation": False, "related": False, "depends": False, **more}


def crm(
    *fields: dict[str, Any], coded: tuple[int, ...] = (), staff: tuple[int, int, list[str]] = (1, 9, []),
) -> OdooCrm:
    """Stand in for an Odoo where these fields were made by hand, and nobody reads too much."""

    def run(context: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"results": [[] if row[0] else [list(staff)] for row in context["binome_probe"]["rows"]]}

    return OdooCrm(Scripted(
        ir_model_data_search_read=lambda **_: ACTION, ir_actions_server_run=run,
        ir_model_fields_search_read=lambda **_: list(fields), ir_model_fields_search=lambda **_: list(coded),
    ))


def asked(there: OdooCrm) -> set[tuple[str, str]]:
    """List the models and fields that a trial asks about."""
    there.audiences.reached(CATALOGUE)
    contexts = (call["context"] for call in there._transport.asked)  # type: ignore[attr-defined]
    return {(row[0], row[1]) for c in contexts if c and "binome_probe" in c for row in c["binome_probe"]["rows"]}


def test_every_field_that_we_write_is_tried() -> None:
    """The trial asks about each mapped field, and about each model of ours as a whole."""
    rows = asked(crm())
    assert {(entity.model, column) for entity in CATALOGUE for column in entity.columns} <= rows
    assert {(name, False) for name, model in MODELS.items() if model.ours} <= rows


def test_what_looks_into_ours_is_followed() -> None:
    """Links to our models, what is related to or computed from such a link at any remove, and code that names them."""
    rows = asked(crm(
        field(1, "res.partner", "x_card", relation="x_mentoring_card"),
        field(2, "res.partner", "x_mail", related="x_card.x_private_email"),
        field(3, "res.users", "x_copy", depends="name, partner_id.x_mail"),
        field(4, "res.partner", "x_coded"), field(5, "res.partner", "x_other", related="parent_id.name"), coded=(4,),
    ))
    foreign = {row for row in rows if str(row[1]).startswith("x_") and not row[0].startswith("x_mentoring")}
    assert foreign == {("res.partner", "x_card"), ("res.partner", "x_mail"), ("res.users", "x_copy"),
                       ("res.partner", "x_coded")}


@pytest.mark.parametrize(("staff", "max_staff", "way"), [
    ((4, 9, []), 4, None), ((5, 9, []), 4, "crowd"), ((3, 3, []), 10, None), ((4, 4, []), 10, "everybody"),
    ((2, 9, ["base.group_user"]), 10, "implied"),
])
def test_too_many_coordinators_are_a_finding(
    staff: tuple[int, int, list[str]], max_staff: int, way: str | None
) -> None:
    """More than allowed, all employees of more than a few, or a group that makes coordinators is one finding each."""
    leaks = readers(crm(staff=staff), max_staff).leaks
    assert [leak.way for leak in leaks] == ([way] if way else [])
    assert {leak.model for leak in leaks} <= {"res.groups"}
    assert way in (None, "implied") or leaks[0].field == GROUP_COORDINATOR


def test_a_sandbox_is_not_said_to_be_tried() -> None:
    """Where nothing could be tried the audit does not claim that nobody reads too much."""
    found = readers(SandboxCrm.open(), 1)
    assert (found.leaks, found.tried, found.computed) == ((), False, False)


def test_every_way_is_explained() -> None:
    """Each way that the audit knows stands in docs/operations.md with what to do."""
    page = PAGE.read_text(encoding="utf-8")
    assert [way for way in WAYS if f"`{way}`" not in page] == []


def test_the_audits_secret_is_not_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator's secret comes from the environment alone; with it the audit sees what that login sees."""
    file = tmp_path / "binome.toml"
    file.write_text('[crm]\naudit_user = "admin"\n', encoding="utf-8")
    assert Settings.load(file).crm.auditor() is None
    monkeypatch.setenv("BINOME_CRM_AUDIT_SECRET", "hush")
    auditor = Settings.load(file).crm.auditor()
    assert auditor is not None
    assert (auditor.user, auditor.credential().get_secret_value()) == ("admin", "hush")
    assert "hush" not in repr(Settings.load(file))
    file.write_text('[crm]\naudit_secret = "hush"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="secrets do not belong"):
        Settings.load(file)
