"""Done once: init and install."""

from __future__ import annotations

from typing import Annotated

import typer

from connector.crm.connect import probe
from connector.settings import Settings
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for

app = typer.Typer()


@app.command()
def init(
    config: Config = None,
    as_json: AsJson = False,
    crm_url: Annotated[str, typer.Option(help="Address of your Odoo; sandbox: to try things out.")] = "",
    database: Annotated[str, typer.Option(help="Its database.")] = "",
    user: Annotated[str, typer.Option(help="Login of the user that Binôme works as.")] = "",
) -> None:
    """Write the configuration, make or upgrade the register, and find out how to speak to the CRM."""
    from sync_jobs.setup import write_configuration  # only this command needs it

    written = write_configuration(config, crm_url=crm_url, database=database, user=user)
    screen = screen_for(config, as_json=as_json)
    with opened(config, create=True) as club:
        crm = club.settings.crm
        found = (
            None if crm.url.startswith("sandbox:") else probe(crm.url, crm.database, allow_insecure=crm.allow_insecure)
        )
    document = {
        "configuration": str(written.path),
        "written": written.new,
        "register": club.settings.register.safe_url(),
        "crm": {"transport": found.transport, "version": found.version, "reason": found.reason} if found else None,
    }

    def render() -> None:
        path = written.path
        if written.new:
            screen.print(f"✓ Configuration écrite : {path}", f"✓ Configuration written: {path}", "green")
        else:
            screen.print(f"Configuration existante gardée : {path}", f"Existing configuration kept: {path}")
        screen.print("✓ Registre prêt.", "✓ Register ready.", "green")
        if found:
            text = f"Odoo {found.version}, {found.transport} ({found.reason})"
            screen.print(f"✓ CRM : {text}", f"✓ CRM: {text}", "green")
        screen.print(
            "Ensuite : `binome install`, puis `binome import FICHIER.xlsx`, `binome plan`, `binome sync`.",
            "Next: `binome install`, then `binome import FILE.xlsx`, `binome plan`, `binome sync`.",
        )

    screen.show(document, render)


@app.command()
def install(
    config: Config = None,
    as_json: AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Only show what would change.")] = False,
    login: Annotated[str, typer.Option(help="Administrator's login; the password is asked for.")] = "",
) -> None:
    """Install or upgrade Binôme's data module in the CRM; needs an administrator, once."""
    from sync_jobs.setup import install_module  # only this command needs it

    screen = screen_for(config, as_json=as_json)
    document, lines = install_module(Settings.load(config).crm, screen, login=login, check_only=check)
    screen.show(document, lambda: screen.console.print("\n".join(lines)))
