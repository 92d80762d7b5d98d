"""What is proven of the maps that ship, and what their fingerprint notices."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, get_args

import pytest

import mappings.base
from mappings import catalogue
from mappings.base import EntityMap, Policy
from mappings.catalogue import BY_KIND, CATALOGUE, check, fingerprint, lint, lint_live
from mappings.confidentiality import PAIR, Audience, pair_fields
from mappings.destinations import MODELS, Destination, Model
from mappings.records import Key
from mappings.records import Pair as PairRecord
from mappings.values import TEXT

ROOT = Path(catalogue.__file__).parents[1]


def test_the_shipped_maps_are_proven() -> None:
    """Nothing is found in the maps that ship, and the check before every start passes."""
    assert lint() == []
    check()


def test_no_shipped_map_names_words_of_the_pair() -> None:
    """Independently of the lint: no map names a field that the vault holds."""
    for entity in CATALOGUE:
        assert pair_fields(entity.record).isdisjoint(entity.by_field)


def test_every_code_of_the_register_has_its_place_in_the_crm() -> None:
    """A choice that the CRM does not offer would be refused there; both sides offer the same."""
    for entity in CATALOGUE:
        for item in entity.fields:
            if item.kind.name == "choice":
                codes = _codes(entity.record.model_fields[item.field].annotation)
                assert set(entity.destination.fields[item.column].choices) == {str(code.value) for code in codes}


def _codes(annotation: Any) -> list[Enum]:
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return [code for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for code in kind]


def test_a_crm_that_lacks_a_column_is_noticed() -> None:
    """The maps are compared with the fields of the running CRM, model by model."""
    live = {entity.model: dict.fromkeys(entity.destination.fields, "char") for entity in CATALOGUE}
    assert lint_live(CATALOGUE, live) == []
    del live["x_mentoring_pair"]["x_cadence_days"]
    assert [(found.kind, found.field) for found in lint_live(CATALOGUE, live)] == [("pair", "x_cadence_days")]
    del live["x_mentoring_roadmap"]
    assert {found.kind for found in lint_live(CATALOGUE, live)} == {"pair", "roadmap"}


def changed_maps() -> dict[str, tuple[EntityMap, ...]]:
    """Change one thing at a time in the shipped maps."""
    pair = BY_KIND["pair"]
    first, *rest = pair.fields

    def instead(**change: Any) -> tuple[EntityMap, ...]:
        return tuple(dataclasses.replace(pair, **change) if entity is pair else entity for entity in CATALOGUE)

    def field(**change: Any) -> tuple[EntityMap, ...]:
        return instead(fields=(dataclasses.replace(first, **change), *rest))

    class Tightened(PairRecord):
        """A pair whose mentor is kept from everybody."""

        mentor: Annotated[Key, PAIR]

    Tightened.__name__ = PairRecord.__name__
    return {
        "policy": field(policy=Policy.BOTH), "column": field(column="x_mentee_id"), "field": field(field="mentee"),
        "kind": field(kind=TEXT), "twin": field(twin=True), "target": field(target="organisation"),
        "audience": instead(record=Tightened), "adoption": instead(adopts_new=False),
        "constants": instead(constants={"x_private": True}),
        "a field less": instead(fields=tuple(rest)), "a map less": CATALOGUE[:-1], "order": CATALOGUE[::-1],
    }


@pytest.mark.parametrize("what", changed_maps())
def test_the_fingerprint_notices_each_change_of_meaning(what: str) -> None:
    """Whatever changes in a map changes the fingerprint, so that it is approved before it is applied."""
    assert fingerprint(changed_maps()[what]) != fingerprint()


def test_the_fingerprint_notices_a_wider_destination(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that more people see than yesterday is a change of meaning."""
    before = fingerprint()
    wider: Mapping[str, Model] = {
        name: dataclasses.replace(model, audience=Audience.EMPLOYEES) for name, model in MODELS.items()}
    monkeypatch.setattr(mappings.base, "MODELS", MappingProxyType(wider))
    assert fingerprint() != before


def test_equal_maps_have_equal_fingerprints() -> None:
    """Maps that are made anew and say the same are the same."""
    copies = tuple(dataclasses.replace(entity, fields=tuple(entity.fields)) for entity in CATALOGUE)
    assert fingerprint(copies) == fingerprint() == fingerprint()


def said_by_processes(program: str) -> set[str]:
    """Run a program in processes that hash differently, and collect what they say."""
    return {
        subprocess.run(  # noqa: S603 - this very Python, on a text of ours
            [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout.strip()
        for seed in ("0", "1", "2", "4242")
    }


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    """Neither the order of sets nor the seed of hashes shows in the fingerprint."""
    program = "from mappings.catalogue import fingerprint; print(fingerprint())"
    assert said_by_processes(program) == {fingerprint()}


def test_findings_come_in_the_same_order_in_every_process() -> None:
    """A person who corrects the maps one finding after another is not shown a new order each time."""
    program = (
        "from mappings.catalogue import lint\n"
        "from mappings.base import EntityMap, text\n"
        "from mappings.records import Organisation\n"
        "names = ('name', 'city', 'function', 'email', 'phone')\n"
        "fields = [text('name', c) for c in names] + [text('city', c) for c in names]\n"
        "print([f.field for f in lint((EntityMap('o', Organisation, 'res.partner', tuple(fields)),), {})])\n"
    )
    assert len(said_by_processes(program)) == 1


def test_a_destination_is_written_or_computed() -> None:
    """Every computed column of ours says what it is computed from."""
    computed: list[Destination] = [d for model in MODELS.values() for d in model.fields.values() if d.code]
    assert computed
    assert all(destination.depends for destination in computed)
