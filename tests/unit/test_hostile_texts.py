"""Texts made to harm: refused by the register with the field's name, and harmless on a terminal."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mappings.confidentiality import pair_fields
from mappings.records import RECORDS
from sync_jobs.harmless import harmless_json
from sync_jobs.screens.screen import Screen

OPEN_TEXTS = [
    (record, name) for record in RECORDS.values() for name, info in record.model_fields.items()
    if "str" in str(info.annotation) and name not in pair_fields(record)
]
CODES = [*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
CONTROLS = st.sampled_from([chr(code) for code in CODES])


def refused(record: Any, **values: Any) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        record.model_validate(values)
    return {str(error["loc"][0]) for error in caught.value.errors() if error["type"] != "missing"}


@pytest.mark.parametrize(("record", "name"), OPEN_TEXTS, ids=lambda one: getattr(one, "kind", one))
def test_no_text_that_crosses_is_without_a_limit(record: Any, name: str) -> None:
    """Ten megabytes in any field that may reach the CRM make no record, and the error has the field's name."""
    assert refused(record, **{name: "x" * 10_000_000}) == {name}


@given(st.sampled_from(OPEN_TEXTS), CONTROLS)
def test_no_text_that_crosses_is_read_otherwise_than_written(where: tuple[Any, str], sign: str) -> None:
    """Control characters and those that turn the direction of reading make no record."""
    record, name = where
    assert refused(record, **{name: f"a{sign}b"}) == {name}


@given(st.text(), CONTROLS | st.just("\ufeff") | st.just("\udcff"))
def test_a_terminal_obeys_nothing_that_is_shown(text: str, sign: str) -> None:
    """Sentences and tables show a mark in place of every control, invisible and direction-changing character."""
    screen = Screen()
    screen.console.file = io.StringIO()
    shown = f"{text}{sign}\x1b]0;title\x07"
    screen.print(shown, shown)
    screen.rows(screen.table(("a", "a")), [[shown]])
    said = screen.console.file.getvalue()
    assert not {sign, "\x1b", "\x07"} & set(said)
    assert "\N{REPLACEMENT CHARACTER}" in said


def test_an_error_is_as_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """What an error names is shown the same way."""
    Screen().error(ValueError("a\x1b[31m"), "b\u202e")
    said = capsys.readouterr().err
    assert not {"\x1b", "\u202e"} & set(said)


@given(st.text(st.characters()))
def test_a_json_document_says_the_same(text: str) -> None:
    """With its characters escaped a document reads back as it was, and could be sent to a terminal."""
    escaped = harmless_json(json.dumps({"a": text}, ensure_ascii=False))
    assert json.loads(escaped) == {"a": text}
    assert not set("\x1b\x9b\u202e") & set(escaped)
