"""Images: what stood where a run wrote, sealed, so that the run can be taken back. They go after thirty days."""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, func, select

from connector.register.state_schema import sync_run, undo_image
from mappings.base import Policy
from mappings.records import Key, Record
from sync_jobs.engine.digests import LateDigests
from sync_jobs.engine.plan import Change, Direction, Operation, Scope, agreed_digest
from sync_jobs.engine.takeback import Image, Kept
from sync_jobs.state import State, utc_now

KEPT_FOR = dt.timedelta(days=30)
"""How long a run can be taken back."""


def keep(state: State, scope: Scope, written: Iterable[tuple[Change, Record]]) -> None:
    """Keep what stands where a batch is about to be written, with each record as it will be in the register."""
    images = [
        [image.kind, str(image.key), image.direction, image.created, {f: _packed(k) for f, k in image.fields.items()}]
        for change, record in written
        for image in _image(state, scope, change, record)
    ]
    if images and state.run:
        sealed = _sealed(state, state.run, images)
        with state.writing() as connection:
            last = select(func.max(undo_image.c.first)).where(undo_image.c.run == state.run)
            number = connection.execute(last).scalar()
            row = {"run": state.run, "first": 0 if number is None else number + 1, "sealed": sealed}
            connection.execute(undo_image.insert().values(row))


def images_of(state: State, run: str) -> Iterator[Image]:
    """Open the images of a run, in the order of writing. One that the digests' secret does not open is passed over."""
    with state.writing() as connection:
        question = select(undo_image.c.sealed).where(undo_image.c.run == run).order_by(undo_image.c.first)
        tokens = list(connection.execute(question).scalars())
    for token in tokens:
        for kind, key, direction, created, fields in _opened(state, run, token):
            kept = {name: Kept(None, "", p) if isinstance(p, str) else Kept(*p) for name, p in fields.items()}
            yield Image(kind, UUID(key), Direction(direction), created, kept)


def forget(state: State, keys: Collection[Key]) -> None:
    """Drop these records from every image: nothing brings back what is erased."""
    gone = {str(key) for key in keys}
    with state.writing() as connection:
        for run, first, token in connection.execute(select(undo_image)).all():
            images = _opened(state, run, token)
            kept = [image for image in images if image[1] not in gone]
            if len(kept) < len(images):
                at = undo_image.c.run == run, undo_image.c.first == first
                connection.execute(undo_image.update().where(*at).values(sealed=_sealed(state, run, kept)))


def prune(state: State) -> None:
    """Drop the images of runs that began too long ago."""
    old = select(sync_run.c.run).where(sync_run.c.started < (utc_now() - KEPT_FOR).isoformat(timespec="seconds"))
    with state.writing() as connection:
        connection.execute(delete(undo_image).where(undo_image.c.run.in_(old)))


def _seal(state: State) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(state.digests.key_for(b"binome undo images")))


def _sealed(state: State, run: str, images: Sequence[Any]) -> bytes:
    """Encrypt images for one run: under another they are not opened."""
    content = json.dumps([run, images], separators=(",", ":")).encode()
    return _seal(state).encrypt(zlib.compress(content, level=1))


def _opened(state: State, run: str, token: bytes) -> Sequence[Any]:
    try:
        sealed_for, images = json.loads(zlib.decompress(_seal(state).decrypt(token)))
    except InvalidToken:
        return ()
    return images if sealed_for == run else ()


def _packed(kept: Kept) -> list[Any] | str:
    if not kept.before:  # of what was created nothing stood before
        return kept.after
    return [kept.value, kept.before, kept.after, kept.bar, kept.exact]


def _image(state: State, scope: Scope, change: Change, record: Record) -> Iterator[Image]:
    """Yield the image of one change; following a merge of contacts has none, for nothing takes that back."""
    entity, created = scope.entity, change.operation is Operation.CREATE
    if created:  # a newcomer's digests were made before it had a key
        after = change.digests if change.key else LateDigests(entity, record, state.digests)
        fields = {name: Kept(None, "", digest) for name, digest in after.items()}
        yield Image(entity.kind, record.key, change.direction, created, fields)
    elif change.operation is not Operation.MERGE:
        fields = {n: _kept(state, scope, change, record.key, n) for n in change.fields if n in entity.by_field}
        yield Image(entity.kind, record.key, change.direction, created, fields)


def _kept(state: State, scope: Scope, change: Change, key: Key, name: str) -> Kept:
    """Keep one field: its value on the side that is written, and why it could not be taken back, if so."""
    entity, item, exact = scope.entity, scope.entity.by_field[name], change.direction is Direction.REGISTER
    if exact:
        record = scope.derived[key].record if key in scope.derived else scope.local[key]
        value, shown = getattr(record, name), entity.outgoing(item, record)
    else:
        value = shown = scope.remote[key].values[name]
    before = state.digests(entity.kind, key, name, item.canonical(shown))
    bases = scope.base if key in scope.base or key in scope.local else state.bases(entity.kind, [key])
    base = agreed_digest(bases.get(key, {}).get(name))
    bar = ""
    if base is None:
        bar = "never_agreed"
    elif not exact and name in scope.remote[key].strangers:
        bar = "links_to_stranger"
    elif before != base and (change.digests[name] == base or item.policy in (Policy.REGISTER, Policy.CRM)):
        bar = "set_back"
    return Kept(None if bar else to_jsonable_python(value), before, change.digests[name], bar, exact=exact)
