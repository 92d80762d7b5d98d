"""The whole of a CRM model, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.crm.port import Crm, Page


def pages_of(crm: Crm, model: str, columns: Sequence[str]) -> Iterator[Page]:
    """Read every record of a model: of a shared one only those bound to us, archived ones too."""
    after: int | None = 0
    while after is not None:
        page = crm.changed(model, columns, None, after)
        after = page.after
        yield page
