"""The options that every command has, and the screen that they ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from connector.settings import Settings, SettingsError
from sync_jobs.screens import Language, Screen
from sync_jobs.showing import Reader

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; logs on stderr.")]
Config = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: binome.toml).")]
ShowValues = Annotated[
    bool, typer.Option("--show-values", help="Show the values of both sides, of fields that the reader may see.")
]
AsReader = Annotated[Reader, typer.Option("--as", help="Who looks at the screen: what others may see is left out.")]
InLanguage = Annotated[Language, typer.Option(help="Language of headers and texts.")]


def screen_for(config: Path | None, *, as_json: bool) -> Screen:
    """Speak the club's language, French where the configuration cannot be read."""
    try:
        language = Settings.load(config).club.language
    except SettingsError:
        language = "fr"
    return Screen(language, as_json=as_json)
