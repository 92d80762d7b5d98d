"""What must be true of two sides in the end, and what is expected of the product beyond its base."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from connector.register.schema import metadata
from mappings.catalogue import CATALOGUE
from tests.property.machine_ledger import Owner
from tests.property.machine_world import MARK, YEAR, Club
from tests.property.strategies import CANARY, key

expectations = {
    "rules_set_back": True,  # an edit of staff that breaks a rule is set back, or keeps a new pair out
    "stays_move_pairs": True,  # a stay's end takes its pairs' planned ends along
    "merges_followed": True,  # the register archives whom staff merged away
    "absences_archived": True,  # what three whole readings did not show is archived in the register
}
"""What the product promises beyond its base; turn on what it keeps."""
RULED = {"state", "mentor_accepted", "mentee_accepted", "stay", "planned_end", "active"}
"""Fields of a pair that a rule may set back."""
LASTING = {
    "gone_from_crm", "gone_from_register", "links_to_stranger", "merged_in_crm", "refused_by_crm",
    "refused_by_register", "unknown_to_register",
}
"""Why a record may be set aside for longer than two good syncs."""


def lasts(code: str) -> bool:
    """Tell whether a record may be set aside for this for longer than two good syncs."""
    return code in LASTING or (expectations["rules_set_back"] and code.startswith("rule_"))


def ruled() -> set[tuple[str, str]]:
    """Give the fields where a rule may overrule an edit."""
    names = RULED if expectations["rules_set_back"] else {"planned_end"} if expectations["stays_move_pairs"] else ()
    return {("pair", name) for name in names}


def departures_followed(club: Club, parked: Collection[Owner]) -> None:
    """Whom staff merged away, and what they deleted for good, is archived in the register, or waits for a person."""
    gone = {
        *(club.deleted if expectations["absences_archived"] else ()),
        *(("person", UUID(key)) for key in club.ledger.alias if expectations["merges_followed"]),
    }
    for kind, of in gone - set(parked):
        record = club.office.get(kind, of)
        assert record is None or not record.active, f"{kind}: gone from the CRM, active in the register"


def nothing_doubled(club: Club, parked: Collection[Owner]) -> None:
    """Every row of the CRM is one record's, and every record has one row or is set aside."""
    bound = [(entity.kind, one.key) for entity, one in club.rows()]
    assert len(bound) == len(set(bound)), "a record is doubled"
    assert all(of for _, of in bound), "a record of staff was forgotten"
    for entity in CATALOGUE:
        keys = {record.key for record in club.office.all(entity.record.kind)}
        aside = {of for kind, of in set(parked) | club.ledger.away if kind == entity.kind}
        rows = {of for kind, of in bound if kind == entity.kind}
        assert keys ^ rows <= aside, f"{entity.kind}: on one side only"


def nothing_leaked(club: Club) -> None:
    """No consent is broken, no text of the pair is gone, the sync's memory holds no value."""
    there = club.crm_shows()
    for person in club.office.all("person"):
        for name in ("email", "phone"):
            shown = there.get(("person", person.key, name))
            given = getattr(person, f"share_{name}") or shown in club.ledger.typed
            assert shown is None or given, f"the {name} is shown without consent"
        if person.key in (key(3), key(4)):
            assert club.office.unseal("person", person.key) == {"motivation": f"{CANARY} motivation"}
    with club.office.transaction(reads_only=True) as tx:
        for name, table in metadata.tables.items():
            if name.startswith("sync_"):
                said = repr(tx.connection.execute(select(table)).all())
                assert not [mark for mark in (MARK, f"{YEAR}-", CANARY) if mark in said], f"a value in {name}"
