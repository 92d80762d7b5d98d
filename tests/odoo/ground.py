"""A club's two sides for proofs on a real Odoo: an Odoo of their own, a register in a file, staff at work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.module.names import GROUP_SYNC
from connector.crm.odoo import OdooCrm
from connector.crm.port import Crm
from connector.crm.retry import Patience
from connector.register.repository import Register
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests, digest_secret
from sync_jobs.state import State
from tests.contract.real import RealStaff
from tests.property.mortal import Fate, MortalCrm, MortalRegister

from .club import install_module
from .server import RealOdoo

NO_CAPS = Caps(10**6, 10**6, 10**6, 1.0)
LOGIN = "binome"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides, opened as a new process does."""

    register: Register
    crm: Crm
    state: State

    @property
    def cycle(self) -> Cycle:
        """Make a sync of them."""
        return Cycle(self.register, self.crm, self.state, caps=NO_CAPS)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the club is. All proofs share it, as one club: ``numbers`` tells their records apart."""

    odoo: RealOdoo
    folder: Path
    key: SecretStr
    staff: RealStaff
    _used: list[int] = field(default_factory=list)

    @classmethod
    def prepared(cls, odoo: RealOdoo, folder: Path) -> Ground:
        """Install the module, make the sync's user, and an empty register."""
        install_module(odoo)
        password = token_hex(16)
        odoo.create_user(LOGIN, password, groups=[GROUP_SYNC])
        ground = cls(odoo, folder, SecretStr(odoo.api_key(LOGIN, password)), RealStaff(odoo))
        with Register.open(ground.register_url, create=True):
            return ground

    @property
    def register_url(self) -> str:
        """The register's address."""
        return f"sqlite:///{self.folder / 'binome.db'}"

    def numbers(self, count: int) -> range:
        """Give numbers that no other proof uses."""
        first = len(self._used) + 1
        self._used.extend(range(first, first + count))
        return range(first, first + count)

    def connect(self, url: str = "", patience: Patience = Patience()) -> OdooCrm:
        """Connect as the sync's user, perhaps by another address."""
        return OdooCrm(Json2Transport(url or self.odoo.url, self.odoo.database, self.key, patience=patience))

    @contextmanager
    def open(self, fate: Fate | None = None, crm: Crm | None = None) -> Iterator[Sides]:
        """Open both sides for a run, which may be fated to die."""
        fate = fate or Fate()
        secret = digest_secret(self.folder / "binome.digest-key")
        with MortalRegister.opened(self.register_url, fate) as register:
            yield Sides(register, MortalCrm(crm or self.connect(), fate), State(register, Digests(secret)))

    def environment(self) -> dict[str, str]:
        """Tell a process of its own where both sides are."""
        settings: dict[str, Any] = {
            "BINOME_REGISTER_URL": self.register_url, "BINOME_CRM_URL": self.odoo.url,
            "BINOME_CRM_DATABASE": self.odoo.database, "BINOME_CRM_SECRET": self.key.get_secret_value(),
            "BINOME_LIMITS_MAX_CREATES": "10000", "BINOME_LIMITS_MAX_UPDATES": "10000", "BINOME_LIMITS_MAX_SHARE": "1",
        }
        (self.folder / "binome.toml").touch()
        return {**os.environ, **settings}

    def process(self, *words: str) -> subprocess.Popen[str]:
        """Start a Python process in the club's folder."""
        return subprocess.Popen(  # noqa: S603 - no shell, and every caller names its command
            [sys.executable, *words], cwd=self.folder, env=self.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
