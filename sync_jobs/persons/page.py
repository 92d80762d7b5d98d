"""An export as a page that a person reads: the document's values, in tables, with every text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from sync_jobs.fields import column_of
from sync_jobs.words import KINDS, Language

_SECTIONS = {
    "register": ("Au registre du club", "In the club's register"),
    "crm": ("Dans le CRM", "In the CRM"),
    "texts": ("Textes", "Texts"),
    "crossed": ("Passé au CRM, par champ", "Crossed to the CRM, by field"),
    "history": ("Modifications, par champ", "Changes, by field"),
    "readings": ("Lectures de textes en votre nom", "Texts read in your name"),
}
_TITLE = ("Données détenues sur vous", "What is held about you")
_MORE: Mapping[object, tuple[str, str]] = {
    "active": ("actif", "active"), "key": ("clé", "key"), "person": KINDS["person"],
    "at": ("moment (UTC)", "moment (UTC)"),
    "field": ("champ", "field"), "destination": ("où", "where"), "audience": ("vu de", "seen by"),
    "rule": ("règle", "rule"), "event": ("événement", "event"),
    "side": ("côté", "side"), "fields": ("champs", "fields"), "outcome": ("suite", "outcome"),
    True: ("oui", "yes"), False: ("non", "no"), None: ("—", "—"),
}
_STYLE = "body{font:16px sans-serif;max-width:60em;margin:2em auto}th{text-align:left;padding-right:2em}"


def page(document: Mapping[str, Any], language: Language) -> str:
    """Give the page; it loads nothing from anywhere."""
    title, at = _pick(_TITLE, language), escape(document["made_at"])
    body = "".join(part for name, texts in _SECTIONS.items() for part in _section(document, name, texts, language))
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f"{head}<h1>{title}</h1><p>{at}</p>{body}</html>"


def _section(document: Mapping[str, Any], name: str, texts: tuple[str, str], language: Language) -> Iterator[str]:
    if name not in document:
        return
    yield f"<h2>{_pick(texts, language)} ({len(document[name])})</h2>"
    for one in document[name]:
        kind = one.get("record", "")
        values = one.get("values") or one.get("texts") or {k: v for k, v in one.items() if k != "record"}
        rows = "".join(
            f"<tr><th>{escape(_label(kind, field, language))}</th><td>{escape(_said(value, language))}</td></tr>"
            for field, value in values.items()
        )
        yield f"<h3>{escape(_word(kind, language))}</h3><table>{rows}</table>"


def _label(kind: str, field: str, language: Language) -> str:
    if kind and (column := column_of(kind, field)):
        return column.header(language)
    return _word(field, language)


def _said(value: Any, language: Language) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one, language) for one in value) or "—"
    return _pick(_MORE[value], language) if value is None or isinstance(value, bool) else str(value)


def _word(code: str, language: Language) -> str:
    return _pick(KINDS.get(code) or _MORE.get(code) or (code, code), language)


def _pick(texts: tuple[str, str], language: Language) -> str:
    return texts[0 if language == "fr" else 1]
