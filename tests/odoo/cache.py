"""The folder where everything fetched or built is kept, and the locks that let several runs share it."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Say = Callable[[str], None]
"""Tells a person, in plain words, what is going on."""


class OdooUnavailable(RuntimeError):
    """This machine cannot run a real Odoo; the message says what it lacks."""


class CommandFailed(RuntimeError):
    """A command that we ran ended with an error; the message holds its last words."""


def quiet(_message: str) -> None:
    """Tell nobody."""


def cache_folder() -> Path:
    """Return the folder kept between runs: `BINOME_CACHE`, or one in the user's own cache."""
    chosen = os.environ.get("BINOME_CACHE")
    folder = Path(chosen) if chosen else Path.home() / ".cache" / "binome"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def open_folder() -> Path:
    """Return a folder of the same life as the cache that an ordinary user can enter.

    PostgreSQL refuses to run as root, and the user that it runs as instead cannot enter root's home.
    """
    if os.geteuid() != 0:
        return cache_folder()
    digest = hashlib.sha256(str(cache_folder()).encode()).hexdigest()[:12]
    folder = Path("/var/tmp") / f"binome-{digest}"  # noqa: S108 - the owner is checked below
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise OdooUnavailable(f"{folder} belongs to another user: remove it or set BINOME_CACHE")
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
            work.mkdir(parents=True)
            build(work)
            (work / ".done").touch()
            shutil.rmtree(target, ignore_errors=True)
            work.rename(target)
    return target


class Lease:
    """A file that is locked for as long as its owner lives, however the owner ends."""

    def __init__(self, path: Path) -> None:
        """Take the lease; `BlockingIOError` if a living process holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise

    def release(self) -> None:
        """Let go; a second time does nothing."""
        self._file.close()


def run(
    *command: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str = "",
) -> str:
    """Run a command to its end and return what it printed; `CommandFailed` with its last words otherwise."""
    done = subprocess.run(  # noqa: S603 - no shell, and every caller names its command
        [str(part) for part in command], env=env, cwd=cwd, input=stdin, text=True, capture_output=True, check=False
    )
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip())[-2000:]
        raise CommandFailed(f"{Path(command[0]).name} ended with {done.returncode}: {words}")
    return done.stdout


def clean_environment(**more: str) -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL, Odoo or another Python behind our back."""
    steering = re.compile(r"PG[A-Z]+|ODOO.*|OPENERP.*|PYTHON.*|VIRTUAL_ENV|LD_LIBRARY_PATH")
    kept = {name: value for name, value in os.environ.items() if not steering.fullmatch(name)}
    return kept | {"LC_ALL": "C.UTF-8"} | more
