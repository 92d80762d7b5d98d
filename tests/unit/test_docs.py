"""What the documentation says is true of the code."""

from __future__ import annotations

import inspect
import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from connector.crm import errors as crm_errors
from connector.register import errors as register_errors
from mappings.records import RECORDS
from sync_jobs.cli import app
from sync_jobs.words import CODES

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md")])
COMMANDS = set(getattr(get_command(app), "commands", {}))


def tracked() -> list[Path]:
    """Every text file that git tracks."""
    listing = ["git", "ls-files", "-z"]
    names = subprocess.run(  # noqa: S603 - our own words
        listing, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and not name.endswith((".png", ".xlsx"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    """Each `binome …` command that a page names is one."""
    text = page.read_text(encoding="utf-8")
    later = set(re.findall(r"`binome (daemon|worker|match|erase|undo|vault)", text))
    assert set(re.findall(r"`(?:\.venv/bin/)?binome ([a-z-]+)", text)) - later <= COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_exists(page: Path) -> None:
    """Each relative link leads to a file."""
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_record_is_in_the_glossary() -> None:
    """The glossary has every kind of record, by the name of its class."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [kind for kind, record in RECORDS.items() if f"`{record.__name__}`" not in text] == []


def test_operations_explain_every_error_and_every_code() -> None:
    """What an operator may meet stands in docs/operations.md, in the words of the code."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for module in (crm_errors, register_errors):
        for name, error in vars(module).items():
            if inspect.isclass(error) and issubclass(error, Exception) and error.__module__ == module.__name__:
                assert f"| `{name}` | {' '.join((error.__doc__ or '').split())} |" in text
    decided = {"open", "keep_register", "keep_crm", "conflict"}
    assert [code for code in CODES if code not in decided and f"`{code}`" not in text] == []


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    """The repository works anywhere: no host of a package registry, no folder of a machine."""
    hosts = "|".join(re.escape(host) for host in ("pypi" + ".org", "deb.debian" + ".org", "registry.npmjs" + ".org"))
    found = re.compile(rf"{hosts}|(?<![\w.])/(?:work/main|root)/")
    assert [path.name for path in tracked() if found.search(path.read_text(encoding="utf-8", errors="ignore"))] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    """Every Python file can be read at one sitting."""
    long = [p.name for p in tracked() if p.suffix == ".py" and p.exists() and p.read_text("utf-8").count("\n") > 300]
    assert long == []
