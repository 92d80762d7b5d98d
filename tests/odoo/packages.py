"""Odoo 19 and PostgreSQL as unpacked Debian packages in the cache."""

import gzip
import importlib.util
import os
import re
import shutil
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .apt import Apt
from .cache import OdooUnavailable, Say, build_once, cache_folder, open_folder, quiet
from .commands import CommandFailed, clean_environment, run

REQUIREMENTS = Path(__file__).with_name("requirements-odoo19.txt")

ODOO_PACKAGES = (
    "odoo-19/sid",
    # The web client's libraries and fonts; Odoo's package links to them by relative paths.
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    "fonts-montserrat/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-inconsolata/sid",
    "fonts-glyphicons-halflings/sid",
    "fonts-ocr-b/sid",
    "gsfonts/sid",
    # sid's version 7 lacks the files that Odoo links to, so this one is the older 4.7.
    "fonts-font-awesome/bookworm",
)


@dataclass(frozen=True, slots=True)
class OdooProgram:
    """An unpacked Odoo and the interpreter that runs it."""

    root: Path
    python: Path
    version: str

    def command(self, verb: str) -> list[str]:
        """Return the command line of `odoo server` or `odoo shell`, without its options."""
        # An empty configuration, so that a developer's own ~/.odoorc changes nothing.
        return [str(self.python), str(self.root / "usr/bin/odoo"), verb, "--config=/dev/null"]

    def environment(self) -> dict[str, str]:
        """Return the environment that makes the interpreter find the unpacked Odoo."""
        return clean_environment(PYTHONPATH=str(self.root / "usr/lib/python3/dist-packages"))


@dataclass(frozen=True, slots=True)
class PostgresProgram:
    """PostgreSQL's binaries, installed or unpacked."""

    bin: Path
    libraries: Path | None = None

    @property
    def major(self) -> str:
        """The major version, as in Debian's folder names."""
        return self.bin.parent.name

    def environment(self) -> dict[str, str]:
        """Return the environment that makes the binaries find their libraries."""
        return clean_environment(**({"LD_LIBRARY_PATH": str(self.libraries)} if self.libraries else {}))


def odoo_program(say: Say = quiet) -> OdooProgram:
    """Return Odoo 19, fetched and unpacked the first time (about a minute, 1.6 GB)."""
    home = cache_folder() / "odoo-19"
    home.mkdir(exist_ok=True)

    def unpack(root: Path) -> None:
        say("Fetching Odoo 19 and its fonts from the Debian mirror (133 MB), then unpacking them (1.3 GB)…")
        apt = Apt.of_debian(home / "fetched", suites=("sid", "bookworm"))
        apt.update()
        apt.unpack(ODOO_PACKAGES, root)
        shutil.rmtree(apt.folder)

    def install(folder: Path) -> None:
        say("Installing the Python packages that Odoo needs…")
        _make_venv(folder)

    root = build_once(home / "root", unpack)
    pins = sha256(REQUIREMENTS.read_bytes()).hexdigest()[:8]
    python = build_once(home / f"venv-{sys.version_info.major}.{sys.version_info.minor}-{pins}", install)
    return OdooProgram(root, python / "bin" / "python", _odoo_version(root))


def _odoo_version(root: Path) -> str:
    """Return the version of the unpacked package, which stands in the first line of its changelog."""
    with gzip.open(root / "usr/share/doc/odoo-19/changelog.Debian.gz", "rt", encoding="utf-8") as changelog:
        return changelog.readline().partition("(")[2].partition(")")[0]


def _make_venv(folder: Path) -> None:
    """Make a virtual environment with the pinned requirements."""
    # Debian's Python has no ensurepip without python3-venv; the pip that we run under serves as well.
    ours = importlib.util.find_spec("pip") is not None
    python = folder / "bin" / "python"
    without = ["--without-pip"] if ours else []
    pip = [sys.executable, "-m", "pip", "--python", str(python)] if ours else [str(python), "-m", "pip"]
    try:
        run(sys.executable, "-m", "venv", *without, folder)
        run(*pip, "install", "-qq", "--no-input", "--requirement", REQUIREMENTS)
    except CommandFailed as error:
        raise OdooUnavailable(f"Odoo's Python packages could not be installed: {error}") from error


def postgres_program(say: Say = quiet) -> PostgresProgram:
    """Return the newest PostgreSQL of this machine, or its distribution's own unpacked into the cache.

    `BINOME_POSTGRES=unpacked` takes the second way even where PostgreSQL is installed.
    """
    if not Path("/usr/share/zoneinfo").is_dir():
        raise OdooUnavailable("PostgreSQL needs the time zones of the package tzdata")
    if os.environ.get("BINOME_POSTGRES") != "unpacked":
        installed = _binaries(Path("/"))
        if installed:
            return PostgresProgram(installed[-1])

    def unpack(root: Path) -> None:
        say("Fetching PostgreSQL from this machine's own package mirror…")
        _unpack_postgres(root)

    root = build_once(open_folder() / "postgresql", unpack)
    return PostgresProgram(_binaries(root)[-1], root / "libraries")


def _binaries(root: Path) -> list[Path]:
    """Return the folders of PostgreSQL servers under a root, oldest version first."""
    found = (path.parent for path in root.glob("usr/lib/postgresql/*/bin/initdb"))
    return sorted(found, key=lambda folder: int(folder.parent.name))


def _unpack_postgres(root: Path) -> None:
    """Unpack the distribution's PostgreSQL with the libraries that this machine lacks."""
    apt = Apt.of_this_machine(root.with_name("postgresql-fetched"))
    apt.update()
    servers = [name for name in apt.dependencies("postgresql") if re.fullmatch(r"postgresql-\d+", name)]
    if not servers:
        raise OdooUnavailable("this machine's package mirror has no PostgreSQL")
    server, client = servers[0], servers[0].replace("postgresql-", "postgresql-client-")
    # Libraries only. LLVM is larger than all the rest and serves the JIT, which is switched off.
    lacking = apt.new_packages(server, client)
    libraries = {name for name in lacking if re.match(r"lib(?!llvm|.*-perl$)", name)}
    apt.unpack(sorted(libraries | {server, client, "libpq5"}), root)
    shutil.rmtree(apt.folder)
    _gather_libraries(root)
    root.chmod(0o755)


def _gather_libraries(root: Path) -> None:
    """Put every unpacked library into one folder, for `LD_LIBRARY_PATH`."""
    libraries = root / "libraries"
    libraries.mkdir()
    for library in (*root.glob("lib/*/*.so.*"), *root.glob("usr/lib/*-linux-*/*.so.*")):
        if library.is_file():  # and no link into a package that the machine has
            shutil.copy(library, libraries / library.name)
