"""The module's French: every English term of every data file has one, or the module is not built."""

from __future__ import annotations

import json
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.crm.module.generate import choice_id, columns, field_id, model_id, ours
from mappings.destinations import MODULE

_WHOLE: Mapping[str, tuple[str, ...]] = {
    "ir.actions.act_window": ("name",), "ir.actions.server": ("name",),
    "ir.module.category": ("name", "description"), "ir.ui.menu": ("name",),
    "mail.activity.type": ("name", "summary"), "res.groups": ("name", "comment"),
    "res.groups.privilege": ("name",), "res.partner.category": ("name",),
}
"""Fields that Odoo translates as a whole, by model."""

_BY_TERMS: Mapping[str, str] = {"ir.ui.view": "arch", "ir.actions.act_window": "help"}
"""Fields that Odoo translates text by text, by model."""

_SHOWN = ("string", "help", "placeholder", "title", "confirm", "sum", "avg", "alt", "aria-label", "data-tooltip")
_INLINE = {"a", "b", "br", "em", "i", "small", "span", "strong", "u"}
"""Elements that Odoo folds, tags and all, into the term around them: our texts stay out of them."""


class Untranslated(ValueError):
    """The module's screens hold English without French. Add the named terms to ``i18n/fr.toml``."""


@dataclass(frozen=True, slots=True)
class Term:
    """One English text and the place in Odoo that it is shown in."""

    place: str
    english: str


def catalogue(by_hand: Iterable[ET.Element], words: bytes) -> bytes:
    """Write ``fr.po`` for what is generated and for the hand-made files, whose French stands in ``words`` (TOML).

    Raises Untranslated, with all terms that lack French.
    """
    french: dict[str, str] = tomllib.loads(words.decode())
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    missing = set()
    for term, told in _spoken():
        places[term.english, told].append(term.place)
        missing |= set() if told else {term.english}
    for term in (term for root in by_hand for term in terms(root)):
        places[term.english, french.get(term.english, "")].append(term.place)
        missing |= set() if term.english in french else {term.english}
    if missing:
        raise Untranslated("\n".join(sorted(missing)))
    return _po(places)


def terms(root: ET.Element) -> Iterator[Term]:
    """List every text of a data file that Odoo shows to people."""
    for record in root.iter("record"):
        model, name = record.get("model", ""), record.get("id", "").removeprefix(f"{MODULE}.")
        for field in record.findall("field"):
            column = field.get("name", "")
            if column in _WHOLE.get(model, ()) and field.text:
                yield Term(f"model:{model},{column}:{MODULE}.{name}", field.text)
            elif column == _BY_TERMS.get(model):
                stored = "arch_db" if column == "arch" else column
                for text in _texts(field):
                    yield Term(f"model_terms:{model},{stored}:{MODULE}.{name}", text)
    for menu in root.iter("menuitem"):
        if menu.get("name"):
            yield Term(f"model:ir.ui.menu,name:{MODULE}.{menu.get('id')}", menu.get("name", ""))


def _texts(field: ET.Element) -> Iterator[str]:
    for element in field.iter():
        shown = [] if element is field else [element.attrib[name] for name in _SHOWN if element.get(name)]
        shown += [text.strip() for text in (element.text, *(child.tail for child in element)) if text and text.strip()]
        if shown and element.tag in _INLINE:
            raise Untranslated(f"text in <{element.tag}>, which Odoo takes for a part of its parent's: {shown[0]}")
        yield from shown


def _spoken() -> Iterator[tuple[Term, str]]:
    """List the terms of models, fields and choices, with the French that they are declared with."""
    for model in ours().values():
        yield Term(f"model:ir.model,name:{MODULE}.{model_id(model.name)}", model.label), model.label_fr
        for column, spec in columns(model).items():
            place = f"{MODULE}.{field_id(model.name, column)}"
            yield Term(f"model:ir.model.fields,field_description:{place}", spec.label), spec.label_fr
            if spec.help:
                yield Term(f"model:ir.model.fields,help:{place}", spec.help), spec.help_fr
            for value, (english, told) in spec.choices.items():
                choice = f"{MODULE}.{choice_id(model.name, column, value)}"
                yield Term(f"model:ir.model.fields.selection,name:{choice}", english), told


def _po(places: Mapping[tuple[str, str], list[str]]) -> bytes:
    # Two French words for one English ("Active": Actif, Active) make two entries: Odoo goes by place.
    lines = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', '"Language: fr\\n"', ""]
    for (english, french), where in sorted(places.items()):
        lines += [f"#. module: {MODULE}", *(f"#: {place}" for place in sorted(where)),
                  f"msgid {_quoted(english)}", f"msgstr {_quoted(french)}", ""]
    return "\n".join(lines).encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
