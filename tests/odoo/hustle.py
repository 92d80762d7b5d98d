"""People at work on a few contacts' job titles all at once, in the register and in Odoo, and what became of each edit.

PostgreSQL itself keeps the history of the column, so nothing that was there and was overwritten goes unnoticed.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import psycopg
import requests

from mappings.records import Key, Person

from .client import OdooFault
from .ground import Ground

HISTORY = """
CREATE TABLE binome_history (seq serial PRIMARY KEY, contact int, was text, now text);
CREATE FUNCTION binome_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO binome_history (contact, was, now) VALUES (OLD.id, OLD.function, NEW.function);
        RETURN NULL;
    END $$;
CREATE TRIGGER binome_note AFTER UPDATE ON res_partner FOR EACH ROW
    WHEN (OLD.function IS DISTINCT FROM NEW.function) EXECUTE FUNCTION binome_note();
"""
NO_HISTORY = "DROP TRIGGER binome_note ON res_partner; DROP FUNCTION binome_note; DROP TABLE binome_history"


@dataclass(slots=True)
class Hustle:
    """Three at work: the register's editor, staff on Odoo's screens, and staff whose transactions take their time."""

    ground: Ground
    people: Sequence[Key]
    contacts: dict[Key, int] = field(default_factory=dict[Key, int])
    before: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Per value that the register's editor entered: what the register had held until then, so what the editor knew."""
    last: dict[Key, str] = field(default_factory=dict[Key, str])
    """Per person what the register's editor entered last."""
    _held: dict[Key, list[str]] = field(default_factory=dict[Key, list[str]])
    _stop: threading.Event = field(default_factory=threading.Event)
    _number: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        for of in self.people:
            self.contacts[of] = self.ground.staff.id_of("res.partner", f"binome.person_{of.hex}")
            self._held[of] = []

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Keep the history inside the block."""
        self.ground.odoo.psql(HISTORY)
        try:
            yield
        finally:
            self.ground.odoo.psql(NO_HISTORY)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Let all work inside the block."""
        failed: list[BaseException] = []

        def at(work: Callable[[random.Random], None], seed: int) -> None:
            try:
                work(random.Random(seed))  # noqa: S311 - nothing secret
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        works = (self._edit_register, self._edit_on_screens, self._edit_slowly)
        threads = [threading.Thread(target=at, args=(work, seed)) for seed, work in enumerate(works)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        assert failed == []

    def _value(self, who: str) -> str:
        return f"{who} {next(self._number)}"

    def _edit_register(self, chance: random.Random) -> None:
        with self.ground.open() as sides, psycopg.connect(self.ground.odoo.pg, autocommit=True) as crm:
            while not self._stop.wait(chance.uniform(0, 0.3)):
                of = chance.choice(self.people)
                disputed = any(row["key"] == of for row in sides.state.conflicts())
                row = crm.execute("SELECT function FROM res_partner WHERE id = %s", (self.contacts[of],)).fetchone()
                assert row is not None
                value = row[0] if disputed else self._value("register")  # a person gives in, and the dispute is over
                with sides.register.transaction():
                    person = sides.register.get("person", of)
                    assert isinstance(person, Person)
                    self._held[of].append(person.job_title or "")
                    sides.register.save([person.model_copy(update={"job_title": value})])
                self.before[value], self.last[of] = frozenset(self._held[of]), value

    def _edit_on_screens(self, chance: random.Random) -> None:
        odoo = self.ground.odoo
        with odoo.web_session(odoo.login, odoo.password) as session:
            while not self._stop.wait(chance.uniform(0, 0.3)):
                contact = self.contacts[chance.choice(self.people)]
                with suppress(OdooFault, requests.RequestException):  # Odoo itself told them that it was not saved
                    odoo.call(session, "res.partner", "write", [contact], {"function": self._value("screen")})

    def _edit_slowly(self, chance: random.Random) -> None:
        with psycopg.connect(self.ground.odoo.pg) as staff:
            while not self._stop.wait(chance.uniform(0, 0.2)):
                contact = self.contacts[chance.choice(self.people)]
                staff.execute(
                    "UPDATE res_partner SET function = %s, write_date = now() AT TIME ZONE 'UTC' WHERE id = %s",
                    (self._value("slow"), contact),
                )
                time.sleep(chance.uniform(0, 0.3))
                staff.commit()

    def lost(self) -> list[tuple[str, str]]:
        """List what staff had entered and the sync overwrote with a value whose editor did not know of it."""
        return [
            (was, now)
            for _, was, now in self.history()
            if now.startswith("register") and was and not was.startswith("register") and was not in self.before[now]
        ]

    def history(self) -> list[tuple[int, str, str]]:
        """Give every change of the column that was ever committed."""
        with psycopg.connect(self.ground.odoo.pg) as crm:
            rows = crm.execute("SELECT contact, coalesce(was, ''), coalesce(now, '') FROM binome_history ORDER BY seq")
            return [(int(contact), str(was), str(now)) for contact, was, now in rows]
