"""One day of a club: every command, what people do on both sides, and whatever can go wrong."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pydantic import SecretStr

from connector import log
from connector.crm.module.names import GROUP_SYNC
from connector.register.repository import Register
from connector.register.vault import Vault
from sync_jobs.cli import main
from sync_jobs.demo import example_club
from sync_jobs.digests import Digests, digest_secret
from sync_jobs.lease import held
from sync_jobs.state import State
from tests.contract.real import RealStaff

from .cutting import Cut, How, cutting
from .leak_programme import charters, programme
from .leak_scene import OWN, Flock, FullClub, Proof
from .server import RealOdoo

VICTIM = Path(__file__).with_name("victim.py")
PASSWORD = "mentorat"
SECRET_FILES = ("new-key", "vault-key")
"""The files of the vault's master keys, the newest first."""
ACTIONS = "/ir.actions.server/run"


@dataclass(slots=True)
class Day:
    """Where the club is, and what it said: every command's output is a sink."""

    odoo: RealOdoo
    folder: Path
    url: str
    flock: Flock
    proof: Proof
    patch: pytest.MonkeyPatch
    run: set[str] = field(default_factory=set[str])

    def binome(self, *words: str, code: int = 0, sink: str = "screen") -> str:
        """Run a command and look at what it prints and logs; give its output."""
        self.run.add(" ".join(words[: 1 + (words[0] in ("charter", "journal", "pair", "report", "vault"))]))
        out, err, crash, ended = io.StringIO(), io.StringIO(), "", 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main(words)
            except SystemExit as end:
                ended = int(end.code or 0)
            except BaseException:  # noqa: BLE001 - a defect shows its traceback
                crash, ended = traceback.format_exc(), -1
        name = " ".join(words[:3])
        assert ended == code, (name, ended, out.getvalue(), err.getvalue(), crash)
        logged = [line for line in err.getvalue().splitlines() if line.startswith("{")]
        said = [line for line in err.getvalue().splitlines() if not line.startswith("{")]
        for what, text in ((sink, out.getvalue()), ("screen", "\n".join(said)), ("log", "\n".join(logged)),
                           ("crash", crash)):
            if text:
                self.proof.look(f"{what} of {name}", text)
        return out.getvalue()

    def typed(self, text: bytes) -> None:
        """Put something on stdin."""
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))

    @contextmanager
    def register(self, *, vault: bool = False) -> Iterator[Register]:
        """Open the register beside the commands."""
        keys = [SecretStr(key) for name in SECRET_FILES if (file := self.folder / name).exists()
                for key in file.read_text().split()] if vault else []
        url = f"sqlite:///{self.folder / 'binome.db'}"
        with Register.open(url, vault=Vault(keys) if keys else None) as register:
            yield register

    @contextmanager
    def setting(self, **variables: str) -> Iterator[None]:
        """Set variables of the environment for a while."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(f"BINOME_{name}", value)
            yield


def live(day: Day) -> None:
    """Live through the day."""
    log_everything(day.patch)
    for part in (morning, edits, confided, refusals, crashes, charters, programme, rights, evening):
        part(day)


def log_everything(patch: pytest.MonkeyPatch) -> None:
    """Let every command log all that it can."""
    configure: Callable[[str], None] = log.configure
    patch.setattr(log, "configure", lambda: configure("debug"))


def morning(day: Day) -> None:
    """Set the club up with its canaries, and bring both sides in step."""
    odoo = day.odoo
    day.binome("init", "--crm-url", day.url, "--database", odoo.database)
    with day.setting(ADMIN_SECRET=odoo.password):
        day.binome("install", "--login", odoo.login)
    odoo.create_user("binome", PASSWORD, groups=[GROUP_SYNC])
    day.patch.setenv("BINOME_CRM_SECRET", odoo.api_key("binome", PASSWORD))
    day.patch.setenv("BINOME_LIMITS_MAX_SHARE", "1")
    day.binome("vault", "key", "--file", "vault-key")
    with day.register(vault=True) as register:
        register.save(day.flock.records)
    day.binome("template", "empty.xlsx")
    day.binome("import", str(example_club()), "--dry-run")
    for words in ("lint", "demo", "plan --json", "plan --show-values", "sync", "verify", "runs", "status"):
        day.binome(*words.split(), sink="screen of staff" if "values" in words else "screen")


def edit(day: Day, club: FullClub) -> None:
    """Let people edit a club on both sides, and write notes of their own into the CRM."""
    with day.register() as register:
        club.edit_register(register)
    club.edit_crm(RealStaff(day.odoo))


def edits(day: Day) -> None:
    """Sync what both sides changed, settle what they dispute, and take it back."""
    edit(day, day.flock.clubs[0])
    day.binome("plan", "--show-values", sink="screen of staff")
    report = json.loads(day.binome("sync", "--json", code=3))
    assert report["conflicts"], report
    for words in ("conflicts", "conflicts --json", "parked", "parked --json", "status --json"):
        day.binome(*words.split(), code=3)
    day.binome("conflicts", "--show-values", code=3, sink="screen of staff")
    day.binome("conflicts", "--keep", "register", "--yes")
    day.binome("sync", code=3)
    day.binome("undo", "last", "--dry-run")
    day.binome("undo", "last", "--yes")
    day.binome("sync", "--full", code=3)


def confided(day: Day) -> None:
    """Write and read texts as one of the two, which shows them to that one alone; be refused as another."""
    club = day.flock.clubs[0]
    with day.register() as register:
        found = {name: register.get(*at) for name, at in {
            "pair": ("pair", club.keys["pair"]), "mia": ("person", club.keys["mia"]),
            "ann": ("person", club.keys["ann"]),
        }.items()}
    pair, mia, ann = (str(one.ref) for one in found.values() if one)
    text, write = day.flock.spoken, ("pair", "write", pair, "--field", "roadmap.vision", "--as")
    with day.setting(VAULT_KEY_FILE=str(day.folder / "vault-key")):
        with defect(day.folder, "sealed"):
            day.typed(text.encode())
            day.binome(*write, mia, code=1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("connector.register.repository.save_batch", broken)
            day.typed(text.encode())
            day.binome(*write, mia, code=-1)
        day.typed(text.encode())
        day.binome(*write, mia)
        day.typed(text.encode("utf-16"))
        day.binome(*write, mia, code=2)
        day.binome(*write, ann, code=2)
        day.binome("pair", "show", pair, "--as", ann, code=2)
        day.binome("vault", "status")
        day.binome("audit", "--canaries")
        day.binome("audit")
    (day.folder / "new-key").write_text(f"{Vault.generate_key().get_secret_value()}\n"
                                        f"{(day.folder / 'vault-key').read_text()}")
    (day.folder / "new-key").chmod(0o600)
    with day.setting(VAULT_KEY_FILE=str(day.folder / "new-key")):
        day.binome("vault", "rotate")
        day.binome("pair", "show", pair, "--as", mia, sink=OWN)
    with day.setting(VAULT_KEY_FILE=str(day.folder / "vault-key")):
        day.binome("pair", "show", pair, "--as", mia, code=2)
    day.binome("pair", "show", pair, "--as", mia, code=2)


def broken(*_: Any) -> NoReturn:
    """Fail as no code foresees."""
    raise RuntimeError("a defect")


@contextmanager
def defect(folder: Path, table: str) -> Iterator[None]:
    """Let the register refuse every row of a table."""
    with Register.open(f"sqlite:///{folder / 'binome.db'}") as register:
        for statement in (
            f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END",
            "DROP TRIGGER refuse",
        ):
            with register.transaction() as tx:
                tx.connection.exec_driver_sql(statement)
            if statement.startswith("CREATE"):
                yield


def refusals(day: Day) -> None:
    """Fail as people do: a wrong key, no CRM, a held lease, too much at once, a bad workbook, a CRM that refuses."""
    edit(day, day.flock.clubs[1])
    for name, value, command, code in (
        ("CRM_SECRET", "0" * 40, "sync", 2), ("CRM_DATABASE", "nowhere", "sync", 2), ("VAULT_KEY", "none", "audit", 2),
        ("LIMITS_MAX_UPDATES", "0", "sync", 3),
    ):
        with day.setting(**{name: value}):
            day.binome(command, code=code)
            day.binome(command, "--json", code=code)
    secret = digest_secret(day.folder / "binome.digest-key")
    with day.register() as register, held(register, State(register, Digests(secret))):
        day.binome("sync", code=3)
    (day.folder / "bad.xlsx").write_bytes(b"this is no workbook")
    day.binome("import", "bad.xlsx", code=1)
    day.odoo.psql("ALTER TABLE x_mentoring_meeting ADD CONSTRAINT refuse CHECK (x_minutes <> 45) NOT VALID")
    day.binome("sync", code=3)
    assert 'violates check constraint "refuse"' in day.odoo.log_path.read_text()
    day.odoo.psql("ALTER TABLE x_mentoring_meeting DROP CONSTRAINT refuse")
    day.binome("nonsense", code=2)


def crashes(day: Day) -> None:
    """Break off: killed by the kernel in the midst of a batch, by a line that is cut, by a defect."""
    edit(day, day.flock.clubs[2])
    words = [sys.executable, str(VICTIM), "apply x_mentoring_meeting", "1", "after"]
    victim = subprocess.run(words, check=False, capture_output=True, cwd=day.folder, env=os.environ)  # noqa: S603
    assert victim.returncode == -signal.SIGKILL, victim.stderr
    day.proof.look("crash of a killed sync", victim.stdout + victim.stderr)
    cut = Cut(ACTIONS, 2, How.TRUNCATED)
    with cutting(day.url, cut) as url, day.setting(CRM_URL=url):
        day.binome("sync", code=3)
    assert cut.done
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync_jobs.passes.Passes.settle", broken)
        day.binome("sync", "--full", code=-1)


def rights(day: Day) -> None:
    """Hand somebody what is held of them, and destroy the copy here; erase another; look at what is due."""
    with day.register() as register:
        mia, ann = (register.get("person", day.flock.clubs[at].keys[name]) for at, name in ((0, "mia"), (2, "ann")))
    assert mia
    assert ann
    with day.setting(VAULT_KEY_FILE=str(day.folder / "new-key")):
        day.binome("export-person", str(mia.ref), "--with-texts", "--out", "handed-over")
    shutil.rmtree(day.folder / "handed-over")
    day.binome("erase", str(mia.ref), "--dry-run")
    day.binome("erase", str(ann.ref), "--yes")
    day.binome("retention")
    day.binome("retention", "--json")


def evening(day: Day) -> None:
    """Bring both sides in step again."""
    day.binome("sync", "--full", code=3)
    for words in (
        "runs --json", "journal verify", "journal show", "journal show --json", "journal head", "journal seal",
        "report hours --year 2026",
    ):
        day.binome(*words.split())
    day.binome("verify", code=1)
