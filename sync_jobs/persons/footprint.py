"""What hangs on a record in the register: found along the links that records declare, for an erasure or an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from connector.register.repository import Register
from connector.register.schema import LAYOUTS
from mappings.records import LINKS, Key, Record


@dataclass(frozen=True, slots=True)
class Footprint:
    """Records by kind, each kind after those it links to: ``gone`` with the roots, ``loose`` without a link to them."""

    gone: Mapping[str, Mapping[Key, Record]]
    loose: tuple[Record, ...]

    @property
    def keys(self) -> set[tuple[str, Key]]:
        """Name the records that go."""
        return {(kind, key) for kind, found in self.gone.items() for key in found}

    @property
    def records(self) -> Iterator[Record]:
        """Give the records that go."""
        return (record for found in self.gone.values() for record in found.values())


def footprint(register: Register, roots: Iterable[tuple[str, Key]]) -> Footprint:
    """Follow every link back from these records: what needs one of them goes too, any other link is let go of."""
    gone: dict[str, dict[Key, Record]] = {kind: {} for kind in LAYOUTS}
    loose: dict[tuple[str, Key], Record] = {}
    wanted: dict[str, list[Key]] = {}
    for kind, key in roots:
        wanted.setdefault(kind, []).append(key)
    for kind, layout in LAYOUTS.items():
        gone[kind].update(register.many(kind, wanted.get(kind, ())))
        for field, target in LINKS[kind].items():
            found = register.linked(kind, field, gone[target]) if gone[target] else []
            if field not in layout.sets and not layout.table.c[field].nullable:
                gone[kind].update((record.key, record) for record in found)
            else:
                for record in found:
                    loose[kind, record.key] = _without(loose.get((kind, record.key), record), field, gone[target])
    return Footprint({kind: found for kind, found in gone.items() if found}, tuple(loose.values()))


def _without(record: Record, field: str, keys: Iterable[Key]) -> Record:
    value = getattr(record, field)
    return record.model_copy(update={field: value - set(keys) if isinstance(value, frozenset) else None})
