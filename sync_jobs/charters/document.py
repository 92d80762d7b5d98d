"""The charter as a page: the common text filled for one pair; the same content always gives the same bytes."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from sync_jobs.papers import gap, heading, paragraph, pdf, table
from sync_jobs.words import Language


@dataclass(frozen=True, slots=True)
class Filling:
    """What the common text leaves open. Names are the pair's: none of it goes to a log."""

    club: str
    version: str
    ref: str
    cadence: int
    mentor: str = field(repr=False)
    mentee: str = field(repr=False)
    mentor_company: str = field(repr=False, default="")
    mentee_company: str = field(repr=False, default="")
    until: str = ""

    def words(self, language: Language) -> dict[str, str]:
        """Give each open place its word."""
        common = text(language)
        nowhere = common["unknown_company"]
        return {
            "club": self.club, "version": self.version, "ref": self.ref, "cadence": str(self.cadence),
            "mentor": self.mentor, "mentee": self.mentee, "until": self.until or common["open_end"],
            "mentor_company": self.mentor_company or nowhere, "mentee_company": self.mentee_company or nowhere,
        }


@cache
def text(language: Language) -> dict[str, Any]:
    """Give the common charter's text."""
    return tomllib.loads(files(__package__).joinpath(f"common_{language}.toml").read_text(encoding="utf-8"))


def blank(filling: Filling, language: Language) -> bytes:
    """Give the charter of one pair as it is to be signed. What only the two may read is not in it."""
    common, words = text(language), filling.words(language)
    values = [f"{number}. {value}" for number, value in enumerate(common["values"], start=1)]
    terms = [
        one
        for number, term in enumerate(common["terms"], start=1)
        for one in (heading(f"{number}. {term['title']}", level=3), paragraph(term["text"].format(**words)))
    ]
    story = [
        heading(common["title"]), paragraph(common["subtitle"].format(**words)), gap(2),
        paragraph(common["between"].format(**words), size=10.5),
        heading(common["values_title"], level=2), paragraph(" · ".join(values)),
        heading(common["terms_title"], level=2), *terms,
        heading(common["signatures_title"], level=2), paragraph(common["signatures"]),
        table([
            common["box"], [common["name"], filling.mentor, filling.mentee], [common["date"], "", ""],
            [common["signature"], "", ""],
        ], widths=(30, 70, 70), heights=(None, None, 11, 28)),
    ]
    return pdf(common["title"], story, common["footer"].format(**words))


def annex(filling: Filling, clauses: str, language: Language) -> bytes:
    """Give the pair's own clauses as a page for the two, who alone may read it."""
    common, words = text(language), filling.words(language)
    paragraphs = [paragraph(part) for part in clauses.splitlines() if part.strip()]
    story = [
        heading(common["annex_title"]), paragraph(common["between"].format(**words)), gap(3),
        *(paragraphs or [paragraph(common["annex_none"])]),
    ]
    return pdf(common["annex_title"], story, common["footer"].format(**words))


def digest(content: bytes) -> str:
    """Give a file's SHA-256, by which it is told again."""
    return hashlib.sha256(content).hexdigest()
