"""What differs between Odoo's versions, as far as Binôme uses it: nothing else asks for a version number."""

from __future__ import annotations

OLDEST = 17
"""Earlier ones import a data module by halves (ODOO.md, "Screens without server code")."""

NEWEST_TRIED = 19

JSON2_SINCE = 19

LISTS_SINCE = 19
"""From here on one call writes a list of different values (``web_save_multi``): see fallback.py."""


def supported(version: int) -> bool:
    """Tell whether this major version was tried, or is newer than those that were."""
    return version >= OLDEST
