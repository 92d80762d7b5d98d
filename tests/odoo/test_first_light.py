"""The main job on a real Odoo, by the command line: from a workbook into the CRM that staff use."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.crm.module.names import GROUP_COORDINATOR, GROUP_SYNC, MODULE_VERSION
from mappings.confidentiality import Audience
from mappings.destinations import MODELS
from sync_jobs.cli import main
from sync_jobs.demo import example_club

from .club import PASSWORD
from .client import OdooFault
from .server import RealOdoo

Run = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def odoo(real_odoo: Any) -> Iterator[RealOdoo]:
    """An Odoo of our own, without the module at first; where there is none, `real_odoo` skips or fails."""
    if os.environ.get("BINOME_TEST_ODOO_URL"):
        pytest.skip("real Odoo part skipped: this test starts with an Odoo that has no module")
    with RealOdoo.start() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the club's commands run in, one after the other."""
    return tmp_path_factory.mktemp("club")


@pytest.fixture
def binome(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``binome … --json`` there: exit code and document."""
    monkeypatch.chdir(folder)
    secret = folder / "secret"
    if secret.exists():
        monkeypatch.setenv("BINOME_CRM_SECRET_FILE", str(secret))

    def run(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--json"])
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    return run


def keep_secret(folder: Path, text: str) -> None:
    """Keep a secret in a private file."""
    file = folder / "secret"
    file.touch(mode=0o600)
    file.write_text(text)


def test_init_finds_out_how_to_speak(binome: Run, odoo: RealOdoo, folder: Path) -> None:
    """Init writes the configuration and finds JSON-2 on a 19."""
    code, found = binome("init", "--crm-url", odoo.url, "--database", odoo.database)
    assert code == 0
    assert found["crm"]["transport"] == "json2"
    assert found["crm"]["version"] == 19
    assert "secret" not in (folder / "binome.toml").read_text().replace("BINOME_CRM_SECRET", "").replace(
        "crm_secret", ""
    )


def test_a_missing_module_and_missing_rights_are_told(
    binome: Run, odoo: RealOdoo, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the module a sync stops with what to run; without administrator rights the install says who can."""
    odoo.create_user("simple", PASSWORD)
    keep_secret(folder, odoo.api_key("simple", PASSWORD))
    monkeypatch.setenv("BINOME_CRM_SECRET_FILE", str(folder / "secret"))
    assert binome("import", str(example_club()))[0] == 0
    code, found = binome("sync")
    assert (code, found["error"]) in ((2, "CrmModuleError"), (2, "CrmPermissionError"))
    assert found["advice"]
    code, found = binome("install")
    assert code == 2
    assert found["error"] == "CrmPermissionError"
    assert "administrator" in found["advice"].lower() + found["message"].lower()


def test_wrong_key_and_wrong_database_are_told(binome: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong key and a wrong database each have their own error, and exit as configuration."""
    monkeypatch.setenv("BINOME_CRM_SECRET_FILE", str(folder / "secret"))
    monkeypatch.setenv("BINOME_CRM_SECRET", "0" * 40)
    code, found = binome("plan")
    assert (code, found["error"]) == (2, "CrmCredentials")
    monkeypatch.setenv("BINOME_CRM_DATABASE", "nowhere")
    code, found = binome("plan")
    assert code == 2
    assert found["error"] in ("CrmDatabaseUnknown", "CrmCredentials")


def test_install_then_check_shows_nothing_to_change(
    binome: Run, odoo: RealOdoo, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator installs once; then a check finds nothing to change, and a second install changes nothing."""
    monkeypatch.setenv("BINOME_ADMIN_SECRET", odoo.password)
    monkeypatch.setenv("BINOME_CRM_SECRET_FILE", str(folder / "secret"))
    code, found = binome("install", "--login", odoo.login)
    assert (code, found.get("module")) == (0, "installed"), found
    assert binome("install", "--login", odoo.login, "--check")[1]["steps"] == []
    assert binome("install", "--login", odoo.login)[1]["module"] == "unchanged"


def test_the_club_arrives_and_a_second_sync_plans_nothing(
    binome: Run, odoo: RealOdoo, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example club is created by the least-privilege user, verified, audited; then there is nothing left to do."""
    odoo.create_user("binome", PASSWORD, groups=[GROUP_SYNC])
    keep_secret(folder, odoo.api_key("binome", PASSWORD))
    monkeypatch.setenv("BINOME_CRM_SECRET_FILE", str(folder / "secret"))
    code, report = binome("sync")
    assert code == 0
    assert report["created"] > 300
    assert binome("plan")[1]["changes"] == []
    assert binome("verify") == (0, {"consistent": True, "differences": []})
    code, audit = binome("audit")
    assert (code, audit["findings"]) == (0, [])
    assert binome("status")[1]["exit"] == 0


def test_an_older_module_stops_the_sync(binome: Run, odoo: RealOdoo) -> None:
    """Where the CRM has an older module nothing is synced: the message says to install, and the status the same."""
    odoo.psql("update ir_module_module set latest_version = '19.0.0.9.0' where name = 'binome_mentoring'")
    code, found = binome("sync")
    assert (code, found["error"]) == (2, "CrmModuleError")
    assert "binome install" in found["advice"]
    assert binome("status")[1]["crm"]["error"] == "CrmModuleError"
    odoo.psql(f"update ir_module_module set latest_version = '19.0.{MODULE_VERSION}' where name = 'binome_mentoring'")
    assert binome("sync")[0] == 0


def test_staff_edits_come_home(binome: Run, odoo: RealOdoo) -> None:
    """What a coordinator changes in Odoo is in the register after the next sync, and nothing else moves."""
    odoo.create_user("coordinatrice", PASSWORD, groups=[GROUP_COORDINATOR])
    session = odoo.web_session("coordinatrice", PASSWORD)
    found = odoo.call(session, "x_mentoring_meeting", "search", [("x_state", "=", "planned")], limit=1)
    odoo.call(session, "x_mentoring_meeting", "write", found, {"x_state": "held", "x_minutes": 85})
    code, plan = binome("plan")
    assert [(c["record"], c["direction"], sorted(c["fields"])) for c in plan["changes"]] == [
        ("meeting", "register", ["minutes", "state"])
    ]
    code, report = binome("sync")
    assert (code, report["updated"]) == (0, 1)
    assert binome("verify")[0] == 0


def test_an_employee_sees_contacts_and_nothing_of_the_programme(odoo: RealOdoo) -> None:
    """An ordinary employee reads the contacts; every model of the programme but the directory is refused."""
    odoo.create_user("employe", PASSWORD)
    session = odoo.web_session("employe", PASSWORD)
    assert odoo.call(session, "res.partner", "search_count", []) > 70
    for model in (m for m in MODELS.values() if m.ours and m.audience is Audience.STAFF):
        for method, arguments in (
            ("search_count", ([],)),
            ("search_read", ([], ["x_name"])),
            ("read_group", ([], [], ["x_active"])),
        ):
            with pytest.raises(OdooFault) as refused:
                odoo.call(session, model.name, method, *arguments)
            assert refused.value.name.endswith("AccessError"), (model.name, method)


def test_no_mail_left_the_crm(odoo: RealOdoo) -> None:
    """A sync sends no mail, notifies nobody and makes nobody a follower of the programme's records."""
    assert odoo.psql("select count(*) from mail_mail").strip() == "0"
    assert odoo.psql("select count(*) from mail_followers where res_model like 'x_mentoring_%'").strip() == "0"
    assert (
        odoo.psql(
            "select count(*) from mail_message where model like 'x_mentoring_%' and create_uid = "
            "(select id from res_users where login = 'binome')"
        ).strip()
        == "0"
    )
