"""What coordinators do with charters in the register: make, send, sign, file, tell again, replace."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings import rules
from mappings.records import Charter, Key, Organisation, Pair, Person, Stay
from mappings.vocabulary import CharterState, SignatureWay
from sync_jobs.charters.document import Filling, annex, blank, digest
from sync_jobs.naming import find_in_register
from sync_jobs.pair_texts import Member, note
from sync_jobs.refused import (
    CharterMissing, CharterOut, CharterUnsigned, DayToCome, FileMissing, FileUnfit, PairOver, SignedBefore,
)
from sync_jobs.words import Language

Side = Literal["mentor", "mentee"]

LARGEST = 20 * 2**20
"""Bytes of a signed file that are kept; a scan of some pages is far smaller."""


@dataclass(frozen=True, slots=True)
class Told:
    """A file that was told again: ``signed``, else the blank document of this charter."""

    charter: Charter
    pair: Pair
    signed: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The charters of one club, in the version that counts today."""

    register: Register
    version: str
    club: str
    language: Language
    today: dt.date

    def make(self, pair: str) -> tuple[Charter, bytes]:
        """Make the pair's draft, or fill it anew while it is one; what was sent is only given again.

        Raises CharterOut where the pair changed since its charter went out.
        """
        with self._at(pair) as (of, current):
            charter = current or Charter(key=new_key(), pair=of.key, version=self.version)
            page = blank(self.filling(of), self.language)
            if charter.document_hash != digest(page):
                if charter.state is not CharterState.DRAFT:
                    raise CharterOut
                charter = charter.model_copy(update={"document_hash": digest(page)})
            self.register.save([charter])
        return charter, page

    def sent(self, pair: str, on: dt.date | None = None) -> Charter:
        """Note the day on which the charter was sent."""
        day = self._past(on)
        with self._current(pair) as charter:
            return self._save(charter, sent_on=day)

    def sign(
        self, pair: str, by: Side, *, recorded_by: str, on: dt.date | None = None,
        way: SignatureWay = SignatureWay.PAPER,
    ) -> Charter:
        """Record one signature; the state follows. Raises SignedBefore where that side has signed."""
        day = self._past(on)
        with self._current(pair) as charter:
            if getattr(charter, f"{by}_signed_on") is not None:
                raise SignedBefore
            told = {f"{by}_signed_on": day, f"{by}_signed_way": way, f"{by}_recorded_by": recorded_by}
            return self._save(charter, **told)

    def file(self, pair: str, content: bytes) -> Charter:
        """Seal the file that came back with both signatures; its hash stays in clear.

        Raises VaultKeyMissing, CharterUnsigned, FileUnfit.
        """
        self.register.need_vault()
        if not 0 < len(content) <= LARGEST:
            raise FileUnfit(most=LARGEST // 2**20)
        with self._current(pair) as charter:
            if not rules.is_signed(charter):
                raise CharterUnsigned
            sealed = base64.b64encode(content).decode()
            note(self.register, charter.pair, None, "written")
            return self._save(charter, signed_hash=digest(content), signed_file=sealed)

    def filed(self, member: Member) -> bytes:
        """Give the signed file back to one of the two. Raises FileMissing."""
        for charter in sorted(self._charters(member.pair), key=lambda one: one.key, reverse=True):
            if charter.signed_hash and (sealed := member.text_of(charter, "signed_file")):
                return base64.b64decode(sealed)
        raise FileMissing

    def annex(self, member: Member) -> bytes:
        """Give the pair's own clauses as a page, to one of the two."""
        pair = cast("Pair", self.register.get("pair", member.pair))
        charter = self._of_version(member.pair)
        clauses = member.text_of(charter, "own_clauses") if charter else ""
        return annex(self.filling(pair), clauses, self.language)

    def tell(self, content: bytes) -> Told | None:
        """Tell which charter a file is of: the signed one, or the blank one; None where it is unknown."""
        found = digest(content)
        for charter in cast("Iterator[Charter]", self.register.all("charter")):
            if found in (charter.signed_hash, charter.document_hash):
                pair = cast("Pair", self.register.get("pair", charter.pair))
                return Told(charter, pair, signed=found == charter.signed_hash)
        return None

    def supersede(self, *, apply: bool) -> list[Charter]:
        """Replace what pairs that are not over hold of other versions, and give the new drafts; or only show them."""
        with self.register.transaction() as tx:
            lock_counter(tx.connection)
            old: dict[Key, list[Charter]] = {}
            current = set[Key]()
            for charter in cast("Iterator[Charter]", self.register.all("charter")):
                if not charter.active or charter.state in rules.CHARTER_OVER:
                    continue
                if charter.version == self.version:
                    current.add(charter.pair)
                else:
                    old.setdefault(charter.pair, []).append(charter)
            pairs = cast("dict[Key, Pair]", self.register.many("pair", old))
            lives = [key for key, pair in pairs.items() if pair.active and pair.state not in rules.OVER]
            drafts = [Charter(key=new_key(), pair=key, version=self.version) for key in lives if key not in current]
            if apply:
                gone = {"state": CharterState.SUPERSEDED}
                self.register.save([one.model_copy(update=gone) for key in lives for one in old[key]])
                self.register.save(drafts)
        return drafts

    def filling(self, pair: Pair) -> Filling:
        """Look up what the common text leaves open for a pair."""
        mentor, mentee = (cast("Person", self.register.get("person", who)) for who in (pair.mentor, pair.mentee))
        stay = cast("Stay | None", self.register.get("stay", pair.stay)) if pair.stay else None
        end = rules.end_follows_stay(pair, stay)
        return Filling(
            self.club, self.version, pair.ref or pair.key.hex[:8], pair.cadence_days, mentor.name, mentee.name,
            self._company(mentor), self._company(mentee),
            until=end.strftime("%d/%m/%Y" if self.language == "fr" else "%Y-%m-%d") if end else "",
        )

    def _company(self, person: Person) -> str:
        key = person.organisation
        found = cast("Organisation | None", self.register.get("organisation", key)) if key else None
        return found.name if found else ""

    @contextmanager
    def _at(self, text: str) -> Iterator[tuple[Pair, Charter | None]]:
        """Hold a pair and its charter of today's version, with no other writer beside. Raises KeyUnknown, PairOver."""
        with self.register.transaction() as tx:
            lock_counter(tx.connection)
            pair = cast("Pair", self.register.get("pair", find_in_register(self.register, "pair", text)))
            if not pair.active or pair.state in rules.OVER:
                raise PairOver
            yield pair, self._of_version(pair.key)

    @contextmanager
    def _current(self, pair: str) -> Iterator[Charter]:
        with self._at(pair) as (_, charter):
            if charter is None:
                raise CharterMissing(version=self.version)
            yield charter

    def _of_version(self, pair: Key) -> Charter | None:
        fit = [
            one for one in self._charters(pair)
            if one.active and one.version == self.version and one.state not in rules.CHARTER_OVER
        ]
        return max(fit, key=lambda one: one.key, default=None)

    def _charters(self, pair: Key) -> list[Charter]:
        return cast("list[Charter]", self.register.linked("charter", "pair", [pair]))

    def _save(self, charter: Charter, **told: Any) -> Charter:
        changed = charter.model_copy(update=told)
        changed = changed.model_copy(update={"state": rules.charter_state(changed)})
        self.register.save([changed])
        return changed

    def _past(self, day: dt.date | None) -> dt.date:
        if day is not None and day > self.today:
            raise DayToCome
        return day or self.today
