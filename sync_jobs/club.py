"""A club opened for work: its register, its CRM and the sync between them, from the settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import make_url

from connector.crm.connect import connect
from connector.crm.module.required import require_module
from connector.crm.port import Crm
from connector.register.repository import Register
from connector.register.vault import Vault
from connector.settings import Settings
from mappings import catalogue
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.observe import Progress, silent
from sync_jobs.digests import Digests, digest_secret
from sync_jobs.reminders import Reminders
from sync_jobs.state import State
from sync_jobs.undo import Undo


@dataclass(frozen=True, slots=True)
class Club:
    """Everything that a command works with."""

    settings: Settings
    register: Register
    state: State

    def crm(self) -> Crm:
        """Connect to the CRM."""
        return connect(self.settings.crm)

    def ready_crm(self) -> Crm:
        """Connect to a CRM that has our data module in the version we need; CrmModuleError otherwise."""
        crm = self.crm()
        require_module(crm.server())
        return crm

    def cycle(self, crm: Crm, progress: Progress = silent) -> Cycle:
        """Make the sync of this club."""
        limits = self.settings.limits
        caps = Caps(limits.max_creates, limits.max_updates, limits.max_archives, limits.max_share)
        full_every, ours = dt.timedelta(hours=self.settings.jobs.full_hours), self.settings.club
        return Cycle(
            self.register, crm, self.state, caps=caps, progress=progress, full_every=full_every,
            language=ours.language, charter_version=ours.charter_version,
        )

    def reminders(self, crm: Crm) -> Reminders:
        """Make the job that reminds staff."""
        club = self.settings.club
        return Reminders(
            self.register, crm, self.state, self.settings.reminders, club.charter_version, language=club.language
        )

    def today(self) -> dt.date:
        """Tell the day it is for the club."""
        return dt.datetime.now(ZoneInfo(self.settings.club.timezone)).date()

    def undo(self, crm: Crm, progress: Progress = silent) -> Undo:
        """Make what takes back a run of this club."""
        return Undo(self.register, crm, self.state, self.cycle(crm, progress))


@contextmanager
def opened(config: Path | None, *, with_vault: bool = False, create: bool = False) -> Iterator[Club]:
    """Open a club for one command. The vault's key is only asked for where texts of pairs are written or read."""
    catalogue.check()
    settings = Settings.load(config)
    keys = settings.vault.keys() if with_vault else []
    with Register.open(settings.register.url, vault=Vault(keys) if keys else None, create=create) as register:
        yield Club(settings, register, State(register, Digests(digest_secret(_secret_path(settings)))))


def _secret_path(settings: Settings) -> Path:
    """Keep the digests' secret beside an SQLite register, else in the working folder; never inside the database."""
    url = make_url(settings.register.url)
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).with_suffix(".digest-key")
    return Path(f"{cast('str', url.database)}.digest-key")
