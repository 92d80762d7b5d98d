"""Whatever a valid record holds, the register gives back."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.schema import LAYOUTS
from connector.register.vault import Vault
from mappings.records import (
    LINKS,
    RECORDS,
    Organisation,
    Pair,
    Person,
    Record,
    SpeedDating,
    Stay,
)

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SIGNS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=TURNING)
TEXT = st.text(SIGNS | st.sampled_from("\n\t"), min_size=1, max_size=64)
TARGETS: dict[str, list[Record]] = {
    "organisation": [
        Organisation(key=new_key(), name="Atelier Nord"),
        Organisation(key=new_key(), name="Conseil Sud"),
    ],
    "person": [Person(key=new_key(), name="Ana"), Person(key=new_key(), name="Bob")],
    "speed_dating": [SpeedDating(key=new_key(), date=dt.date(2026, 9, 1))],
}
TARGETS["stay"] = [
    Stay(key=new_key(), organisation=TARGETS["organisation"][0].key, start=dt.date(2026, 1, 1))
]
TARGETS["pair"] = [Pair(key=new_key(), mentor=TARGETS["person"][0].key, mentee=TARGETS["person"][1].key)]


def values(kind: str, name: str, annotation: Any) -> st.SearchStrategy[Any]:
    """Make values for one field, links among what is stored."""
    if hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is types.UnionType or type(None) in get_args(annotation):
        inner = next(item for item in get_args(annotation) if item is not type(None))
        return st.none() | values(kind, name, inner)
    if get_origin(annotation) is frozenset:
        return st.frozensets(values(kind, name, get_args(annotation)[0]), max_size=3)
    if annotation is UUID:
        return st.sampled_from([record.key for record in TARGETS[LINKS[kind][name]]])
    if issubclass(annotation, StrEnum):
        return st.sampled_from(annotation)
    simple = {str: TEXT.filter(str.strip), bool: st.booleans(), int: st.integers(7, 90), dt.date: st.dates()}
    return simple[annotation]


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Make a record of any kind; sometimes an optional field is not given at all."""
    record = RECORDS[draw(st.sampled_from(sorted(RECORDS)))]
    fields: dict[str, Any] = {"key": new_key()}
    for name, info in record.model_fields.items():
        if name == "ref":
            fields[name] = draw(st.sampled_from([None, f"R-{fields['key']}"]))
        elif name != "key" and (info.is_required() or draw(st.booleans())):
            fields[name] = draw(values(record.kind, name, info.annotation))
    return record.model_validate(fields)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give a register that holds what the records may link to."""
    if request.param == "sqlite":
        folder: Path = tmp_path_factory.mktemp("round_trip")
        url = f"sqlite:///{folder / 'register.db'}"
    else:
        url = request.getfixturevalue("postgres")()
    with Register.open(url, vault=Vault([Vault.generate_key()]), create=True) as register:
        register.save(record for group in TARGETS.values() for record in group)
        yield register


@given(record=records())
def test_a_record_comes_back_equal(stored: Register, record: Record) -> None:
    """Every record is read back equal: its clear fields by reading, its texts by unsealing."""
    stored.save([record])
    layout = LAYOUTS[record.kind]
    found = stored.get(record.kind, record.key)
    assert found is not None
    assert {name: getattr(found, name) for name in layout.clear} == {
        name: getattr(record, name) for name in layout.clear
    }
    assert found.model_fields_set == set(layout.clear)
    texts = {name: getattr(record, name) for name in layout.sealed}
    assert stored.unseal(record.kind, record.key) == {
        name: text for name, text in texts.items() if text is not None
    }
    assert found.model_copy(update=texts) == record


@given(record=records())
def test_a_record_read_is_unchanged(stored: Register, record: Record) -> None:
    """Saving what was read changes nothing: reading and writing agree on every value."""
    stored.save([record])
    found = stored.get(record.kind, record.key)
    assert found is not None
    assert stored.save([found]).unchanged == 1
