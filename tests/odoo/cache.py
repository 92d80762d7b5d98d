"""The folder where everything fetched or built is kept, and the locks that let several runs share it."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Say = Callable[[str], None]
"""Tells a person, in plain words, what is going on."""


class OdooUnavailable(RuntimeError):
    """A real Odoo cannot run on this machine; the message says what it lacks."""


def quiet(_message: str) -> None:
    """Tell nobody."""


def cache_folder() -> Path:
    """Return the folder kept between runs: `BINOME_CACHE`, or one in the user's own cache."""
    chosen = os.environ.get("BINOME_CACHE")
    folder = Path(chosen) if chosen else Path.home() / ".cache" / "binome"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def open_folder() -> Path:
    """Return a folder that lives as long as the cache and that an ordinary user can enter.

    PostgreSQL refuses to run as root, and the user that it then runs as cannot enter root's home.
    """
    if os.geteuid() != 0:
        return cache_folder()
    digest = hashlib.sha256(str(cache_folder()).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"binome-{digest}"  # noqa: S108 - its owner is checked below
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise OdooUnavailable(f"{folder} belongs to another user: remove it, or set BINOME_CACHE")
    folder.chmod(0o711)
    return folder


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Let one process at a time through; the kernel opens the lock again when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_once(target: Path, build: Callable[[Path], None]) -> Path:
    """Build a folder at most once, whole or not at all, whoever else wants it at the same time."""
    stamp = target / ".done"
    if stamp.exists():
        return target
    with exclusive(target.with_name(f"{target.name}.lock")):
        if not stamp.exists():
            work = target.with_name(f"{target.name}.part")
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            build(work)
            (work / ".done").touch()
            shutil.rmtree(target, ignore_errors=True)
            work.rename(target)
    return target


class Lease:
    """A file that stays locked for as long as its owner lives, however the owner ends."""

    def __init__(self, path: Path) -> None:
        """Take the lease; `BlockingIOError` if a living process holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise

    @property
    def held(self) -> bool:
        """Whether it has not been released."""
        return not self._file.closed

    def release(self) -> None:
        """Let go; a second time does nothing."""
        self._file.close()
