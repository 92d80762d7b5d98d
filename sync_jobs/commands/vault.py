"""The vault's master key: making one, changing it, and what it protects in numbers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from connector.register.vault import Vault
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.new_files import write_new
from sync_jobs.refused import KeyFileExists
from sync_jobs.screens.confided import show_vault

app = typer.Typer(no_args_is_help=True)


@app.command()
def key(
    config: Config = None,
    as_json: AsJson = False,
    file: Annotated[Path | None, typer.Option(help="Write it to this new file, for its owner alone.")] = None,
) -> None:
    """Make a master key for the texts of pairs; it is shown once, and kept nowhere else."""
    screen = screen_for(config, as_json=as_json)
    made = Vault.generate_key().get_secret_value()
    if file:
        write_new(file, f"{made}\n", KeyFileExists(file=file))
    lost = (
        "Gardez-en une copie hors de cette machine : sans elle, les textes sont perdus.",
        "Keep a copy of it away from this machine: without it the texts are lost.",
    )

    def render() -> None:
        if file:
            screen.print(f"✓ Clé écrite : {file}", f"✓ Key written: {file}", "green")
            screen.print(f"Donnez-la par BINOME_VAULT_KEY_FILE={file}.", f"Give it by BINOME_VAULT_KEY_FILE={file}.")
        else:
            typer.echo(made)
            screen.print(
                "Mettez-la au trousseau (`keyring set binome vault_key`) ou dans un fichier en mode 600 nommé par "
                "BINOME_VAULT_KEY_FILE.",
                "Put it into the keyring (`keyring set binome vault_key`) or into a file of mode 600 that "
                "BINOME_VAULT_KEY_FILE names.",
            )
        screen.print(*lost, "yellow")

    screen.show({"file": str(file)} if file else {"key": made}, render)


@app.command()
def rotate(config: Config = None, as_json: AsJson = False) -> None:
    """Bring everything under the first of the master keys that BINOME_VAULT_KEY holds (NEW,OLD); the older can go."""
    screen = screen_for(config, as_json=as_json)
    with opened(config, with_vault=True) as club:
        done = club.register.rotate()
    screen.show(
        asdict(done),
        lambda: screen.print(
            f"✓ {done.keys} clés et {done.texts} textes sont passés sous la première clé maîtresse.",
            f"✓ {done.keys} keys and {done.texts} texts have come under the first master key.",
            "green",
        ),
    )


@app.command()
def status(config: Config = None, as_json: AsJson = False) -> None:
    """Count keys, texts and readings; with the master key, also which keys it opens."""
    screen = screen_for(config, as_json=as_json)
    with opened(config, with_vault=True) as club:
        counts = club.register.vault_counts()
    screen.show(asdict(counts), lambda: show_vault(screen, counts))
