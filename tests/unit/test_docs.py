"""What the documentation says is true of the code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from connector.crm.errors import CrmError
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE
from mappings.records import RECORDS
from sync_jobs.cli import app
from sync_jobs.failures import EXPECTED, exit_code
from sync_jobs.migrations.problems import FileRefused
from sync_jobs.words import CODES
from tests.mutations import MUTATIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *DOCS.glob("adr/*.md")])
COMMANDS = getattr(get_command(app), "commands", {})
SAID = re.compile(r"(?:`|^    |/)binome(?: --[a-z-]+)* ([a-z][a-z-]*)([^`\n#]*)", re.MULTILINE)
"""A command as a page names it: between backticks, in an indented example, or by its path in a crontab."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def tracked() -> list[Path]:
    """Every text file that git tracks."""
    listing = ["git", "ls-files", "-z"]
    names = subprocess.run(  # noqa: S603 - our own words
        listing, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and not name.endswith((".png", ".xlsx"))]


@every_page
def test_every_command_that_is_named_exists(page: Path) -> None:
    """Each `binome …` command that a page names is one, and so is each of its options."""
    for command, rest in SAID.findall(page.read_text(encoding="utf-8")):
        assert command in COMMANDS, command
        inner = getattr(COMMANDS[command], "commands", {})
        named = inner[rest.split()[0]] if inner and rest.split() else COMMANDS[command]
        known = {word for option in named.params for word in option.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known, command


@every_page
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    """Each `make …` that a page names is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    |&& )make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) <= targets


@every_page
def test_every_file_that_is_named_exists(page: Path) -> None:
    """Each relative link leads to a file, and each path of this repository between backticks is there."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
    for path in re.findall(r"`((?:mappings|connector|sync_jobs|tests|docs|bench|examples)/[\w/.*-]*)`", text):
        assert list(ROOT.glob(path.rstrip("/"))), path


def test_every_record_and_map_is_in_the_glossary() -> None:
    """The glossary has every kind of record by its class, and every CRM model that a map of it writes to."""
    rows = [line for line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    def told(entity: EntityMap) -> bool:
        return any(f"`{entity.record.__name__}`" in row and f"`{entity.model}`" in row for row in rows)

    assert [kind for kind, record in RECORDS.items() if not any(f"`{record.__name__}`" in row for row in rows)] == []
    assert [entity.kind for entity in CATALOGUE if not told(entity)] == []


def classes(base: type[Exception]) -> Iterator[type[Exception]]:
    """Give an error and all that are more precise, those of unreadable files excepted: they speak for themselves."""
    yield base
    for child in () if base is FileRefused else base.__subclasses__():
        if child.__module__.split(".")[0] in ("connector", "mappings", "sync_jobs"):
            yield from classes(child)


def error_table() -> str:
    """Write the table of docs/operations.md: every error that is told in a sentence, in the words of its class."""
    rows = ["| error | what it means, and what to do | exit |", "|---|---|---|"]
    for error in dict.fromkeys(found for base in EXPECTED for found in classes(base)):
        meaning = " ".join((error.__doc__ or "").split()).replace("``", "`").replace("|", "\\|")
        rows.append(f"| `{error.__name__}` | {meaning} | {exit_code(error.__new__(error))} |")
    return "\n".join(rows)


def test_operations_explain_every_error() -> None:
    """The table of errors in docs/operations.md says what the classes say; where not, put what this shows there."""
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert text.partition("<!-- errors -->\n")[2].partition("\n<!-- end -->")[0] == error_table()


def test_advice_leads_to_a_page_and_a_heading() -> None:
    """Where an error's advice names a page and a heading of it, both are there."""
    named = re.findall(r'(docs/[\w/.-]+), "([^"]+)"', CrmError.advice)
    assert named
    for page, heading in named:
        assert re.search(rf"^#+ {heading}", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE), heading


def test_operations_explain_every_code() -> None:
    """What a record may be set aside for stands in docs/operations.md."""
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    decided = {"open", "keep_register", "keep_crm", "conflict"}
    assert [code for code in CODES if code not in decided and f"`{code}`" not in text] == []


def test_decisions_are_numbered_and_say_the_same_three_things() -> None:
    """Decisions are numbered without a gap; each says its context, what was decided, and what follows."""
    pages = sorted(DOCS.glob("adr/*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. "), page.name
        assert re.findall(r"^\*\*(Context|Decision|Consequences)\.\*\*", text, re.MULTILINE) == [
            "Context", "Decision", "Consequences",
        ], page.name


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    """The repository works anywhere: no host of a package registry, no folder of a machine."""
    hosts = r"pypi[.]org|deb[.]debian[.]org|registry[.]npmjs"  # written so that this file does not name them
    found = re.compile(hosts + r"|(?<![\w.)}-])/(?:work|root)/")
    assert [path.name for path in tracked() if found.search(path.read_text(encoding="utf-8", errors="ignore"))] == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    """Every Python file can be read at one sitting."""
    long = [p.name for p in tracked() if p.suffix == ".py" and p.exists() and p.read_text("utf-8").count("\n") > 300]
    assert long == []


def test_quality_lists_every_mutation() -> None:
    """docs/quality.md lists what tests/mutations.py breaks, and nothing else."""
    text = (DOCS / "quality.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| ") and "` | `" in line]
    assert listed == [f"| {one.promise} | `{one.file}` | `{one.test}` |" for one in MUTATIONS]
