"""`binome audit` on a real Odoo: what it finds, how it says so, and what --repair closes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_jobs.cli import main
from tests.odoo.audit_scene import CARD, Scene, the_scene  # noqa: F401 - the fixture
from tests.odoo.test_module_install import PASSWORD

Run = Callable[..., tuple[int, str]]


@pytest.fixture(name="binome")
def the_command(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run ``binome`` in a club's new folder, as the sync's user."""
    odoo = scene.lab.odoo
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BINOME_CRM_URL", odoo.url)
    monkeypatch.setenv("BINOME_CRM_DATABASE", odoo.database)
    monkeypatch.setenv("BINOME_CRM_USER", "module-sync")
    monkeypatch.setenv("BINOME_CRM_SECRET", PASSWORD)
    monkeypatch.setenv("BINOME_ADMIN_SECRET", odoo.password)
    monkeypatch.setenv("BINOME_AUDIT_MAX_STAFF", "1000")

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        return int(ended.value.code or 0), capsys.readouterr().out

    run("init", "--json")
    return run


def test_the_audit_of_a_real_crm(scene: Scene, binome: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean: 0; opened: 3, with users, model, field and way in both forms; repaired: 0, and it says what it did."""

    def audit(*words: str) -> tuple[int, dict[str, Any]]:
        code, text = binome("audit", "--json", *words)
        return code, json.loads(text)

    code, found = audit()
    assert (code, found["findings"], found["tried"], found["computed"]) == (0, [], True, False)
    access = scene.make("ir.model.access", name="opened", model_id=scene.model(CARD), perm_read=True,
                        group_id=scene.id("base.group_user"))
    code, found = audit()
    assert code == 3
    read = [f for f in found["findings"] if (f["map"], f["field"], f["problem"]) == (CARD, "x_private_email", "read")]
    assert sum(f["users"] for f in read) >= 2
    code, shown = binome("audit")
    assert code == 3
    assert [word for word in ("Trop de lecteurs", "internes", "lecture", CARD) if word not in shown] == []
    monkeypatch.setenv("BINOME_CRM_AUDIT_USER", scene.lab.odoo.login)
    monkeypatch.setenv("BINOME_CRM_AUDIT_SECRET", scene.lab.odoo.password)
    assert "added_right" in {f["problem"] for f in audit()[1]["findings"]}
    assert json.loads(binome("audit", "--repair", "--json")[1])["error"] == "OptionMissing"
    code, found = audit("--repair", "--login", scene.lab.odoo.login)
    assert (code, found["findings"], found["computed"]) == (0, [], True)
    assert found["repaired"] == ["repair ir.model.access opened (added by others: archived)"]
    scene.lab.odoo.execute("ir.model.access", "unlink", [access])
