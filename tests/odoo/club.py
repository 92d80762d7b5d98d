"""The example club in a real Odoo: the module, the people who log in, and everything that the workbook holds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from connector.crm.json2 import Json2Transport
from connector.crm.module.install import install
from connector.crm.module.names import GROUP_COORDINATOR, GROUP_SYNC
from connector.crm.odoo import OdooCrm
from connector.register.repository import Register
from sync_jobs.cycle import Cycle, Report
from sync_jobs.demo import example_club
from sync_jobs.migrations.workbook import import_workbook
from sync_jobs.digests import Digests, digest_secret
from sync_jobs.state import State

from .client import OdooClient

PASSWORD = "mentorat"
COORDINATOR, EMPLOYEE, SYNC = "coordinatrice", "employe", "binome"


@dataclass(frozen=True, slots=True)
class OdooClub:
    """The example club's two sides."""

    register: Register
    crm: OdooCrm
    state: State

    def cycle(self) -> Cycle:
        """Make its sync."""
        return Cycle(self.register, self.crm, self.state)


def install_module(odoo: OdooClient) -> None:
    """Install the data module as the administrator."""
    transport = Json2Transport(odoo.url, odoo.database, SecretStr(odoo.api_key(odoo.login, odoo.password)))
    install(transport, transport.version())


def sync_crm(odoo: OdooClient) -> OdooCrm:
    """Make the least-privilege user that the sync works as, and connect as it."""
    odoo.create_user(SYNC, PASSWORD, groups=[GROUP_SYNC])
    return OdooCrm(Json2Transport(odoo.url, odoo.database, SecretStr(odoo.api_key(SYNC, PASSWORD))))


@contextmanager
def example(odoo: OdooClient) -> Iterator[OdooClub]:
    """Open an empty register beside an Odoo that has the module."""
    with tempfile.TemporaryDirectory(prefix="binome-club-") as folder:
        place = Path(folder)
        with Register.open(f"sqlite:///{place / 'club.db'}", create=True) as register:
            state = State(register, Digests(digest_secret(place / "club.digest-key")))
            yield OdooClub(register, sync_crm(odoo), state)


def furnish(odoo: OdooClient, say: Callable[[str], None]) -> Report:
    """Put the example club into an Odoo: module, a coordinator, an employee, and the synced workbook."""
    say("Installing the data module ...")
    install_module(odoo)
    odoo.create_user(COORDINATOR, PASSWORD, groups=[GROUP_COORDINATOR])
    odoo.create_user(EMPLOYEE, PASSWORD)
    say("Importing the example club and syncing it ...")
    with example(odoo) as club:
        import_workbook(club.register, example_club(), language="fr")
        report = club.cycle().run()
    say(f"{report.created} records created with {report.calls} calls in {report.seconds:.1f} s.")
    say(f"login:    {COORDINATOR} / {PASSWORD} (sees the programme)")
    say(f"login:    {EMPLOYEE} / {PASSWORD} (sees contacts, and nothing of the programme)")
    return report
