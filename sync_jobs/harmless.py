"""What people of either side typed, as it may be shown: no sign of it plays with whoever looks at it."""

from __future__ import annotations

import json
import unicodedata
from typing import Final

_JOINERS: Final = frozenset("\u200c\u200d")  # zero-width, yet part of the spelling of names and of emoji
_LAYOUT: Final = frozenset("\n\t")


def harmless(text: str) -> str:
    """Put a mark in place of control characters, invisible ones and those that turn the direction of reading."""
    return text if text.isprintable() else "".join("\N{REPLACEMENT CHARACTER}" if _plays(c) else c for c in text)


def harmless_json(document: str) -> str:
    """Escape the same characters of a JSON document: a program reads what it read before, a terminal obeys nothing."""
    return document if document.isprintable() else "".join(json.dumps(c)[1:-1] if _plays(c) else c for c in document)


def _plays(c: str) -> bool:
    return unicodedata.category(c)[0] == "C" and c not in _JOINERS and c not in _LAYOUT
