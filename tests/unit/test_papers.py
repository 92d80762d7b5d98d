"""Printed pages."""

from __future__ import annotations

from sync_jobs.papers import heading, paragraph, pdf, table


def _page(text: str) -> bytes:
    return pdf("Titre", [heading("Été à l'ombre"), paragraph(text), table([["Nom", "Tour"], ["Zoé <b>", "1"]])], "Pied")


def test_the_same_content_gives_the_same_bytes() -> None:
    """Neither the time nor anything of the machine is in a page, so that its hash tells whether it is the same."""
    assert _page("Bonjour") == _page("Bonjour")
    assert _page("Bonjour").startswith(b"%PDF")


def test_other_words_give_other_bytes() -> None:
    """One changed letter changes the document."""
    assert _page("Bonjour") != _page("Bonsoir")
