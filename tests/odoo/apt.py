"""Debian packages fetched into a folder of ours: nothing is installed, and no root is needed."""

import os
import platform
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .cache import OdooUnavailable
from .commands import CommandFailed, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True, slots=True)
class Source:
    """One repository in the machine's apt configuration."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def read_one_line(text: str) -> Iterator[Source]:
    """Read the sources of a `.list` file: `deb [options] uri suite component…`."""
    for line in text.splitlines():
        words = re.sub(r"\[[^]]*\]", "", line.partition("#")[0]).split()
        if words[:1] == ["deb"]:
            _deb, uri, suite, *components = words
            yield Source(uri, (suite,), tuple(components))


def read_deb822(text: str) -> Iterator[Source]:
    """Read the enabled sources of a `.sources` file: paragraphs of `Field: values`."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for paragraph in re.split(r"\n\s*\n", lines):
        unfolded = re.sub(r"\n[ \t]+", " ", paragraph)
        pairs = (line.partition(":") for line in unfolded.splitlines())
        fields = {name.strip().lower(): value.split() for name, _, value in pairs}
        if "deb" not in fields.get("types", []) or fields.get("enabled") in (["no"], ["false"]):
            continue
        for uri in fields.get("uris", []):
            yield Source(uri, tuple(fields.get("suites", [])), tuple(fields.get("components", [])))


def machine_sources(etc: Path) -> list[Source]:
    """Return every repository that the apt configuration in this folder names."""
    parts = etc / "sources.list.d"
    found: list[Source] = []
    for file in (etc / "sources.list", *sorted(parts.glob("*.list"))):
        found += read_one_line(file.read_text()) if file.is_file() else ()
    for file in sorted(parts.glob("*.sources")):
        found += read_deb822(file.read_text())
    return found


def debian_mirror(etc: Path = Path("/etc/apt")) -> str:
    """Return the Debian mirror that this machine already uses, or the one in `BINOME_DEBIAN_MIRROR`."""
    if chosen := os.environ.get("BINOME_DEBIAN_MIRROR"):
        return chosen
    release = platform.freedesktop_os_release()
    if release.get("ID") != "debian":
        raise OdooUnavailable(
            f"this machine is {release.get('NAME', 'not Debian')} and its packages have no Odoo 19: "
            "set BINOME_DEBIAN_MIRROR to the address of a Debian mirror"
        )
    names = {release.get("VERSION_CODENAME", "sid"), "stable", "testing", "unstable", "sid"}
    fitting = [s.uri for s in machine_sources(etc) if "main" in s.components and names.intersection(s.suites)]
    # Other vendors name their suites after Debian's too; a full mirror's address ends in the archive's name.
    fitting.sort(key=lambda uri: not uri.rstrip("/").endswith("/debian"))
    if not fitting:
        raise OdooUnavailable("this machine's apt names no Debian mirror: set BINOME_DEBIAN_MIRROR")
    return fitting[0]


@dataclass(frozen=True, slots=True)
class Apt:
    """An apt whose lists and cache are in `folder`; proxies and other settings are the machine's."""

    folder: Path
    sources: Path | None = None

    @classmethod
    def of_this_machine(cls, folder: Path) -> "Apt":
        """Return an apt that reads the repositories of this machine."""
        if not shutil.which("apt-get") or not shutil.which("dpkg"):
            raise OdooUnavailable("a real Odoo comes from Debian packages, and this machine has no apt")
        (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "archives" / "partial").mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @classmethod
    def of_debian(cls, folder: Path, suites: Iterable[str]) -> "Apt":
        """Return an apt that reads these suites from the machine's Debian mirror, and nothing else."""
        own = cls.of_this_machine(folder)
        mirror, keyring = debian_mirror(), own.debian_keyring()
        sources = folder / "sources.list"
        sources.write_text("".join(f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in suites))
        return cls(folder, sources)

    def debian_keyring(self) -> Path:
        """Return the keys that Debian signs with; where they are not installed, they are in a package."""
        if KEYRING.exists():
            return KEYRING
        keys = self.folder / "keyring"
        self.update()
        self.unpack(["debian-archive-keyring"], keys)
        return keys / KEYRING.relative_to("/")

    def update(self) -> None:
        """Fetch the lists of packages."""
        self._apt("apt-get", "update", purpose="the lists of packages could not be fetched")

    def new_packages(self, *names: str) -> list[str]:
        """Return what the machine lacks to run these packages, themselves included."""
        plan = self._apt("apt-get", "--simulate", "--no-install-recommends", "install", *names)
        return re.findall(r"^Inst (\S+)", plan, re.MULTILINE)

    def dependencies(self, name: str) -> list[str]:
        """Return what a package depends on."""
        return re.findall(r"^\s*Depends: (\S+)", self._apt("apt-cache", "depends", name), re.MULTILINE)

    def unpack(self, names: Iterable[str], root: Path) -> None:
        """Fetch packages (`name` or `name/suite`) and unpack them all into the same root."""
        debs = self.folder / "debs"
        debs.mkdir(exist_ok=True)
        # What an interrupted run has fetched is not fetched again; older versions of it are not unpacked.
        listed = self._apt("apt-get", "download", "--print-uris", *names)
        self._apt("apt-get", "download", *names, cwd=debs, purpose="packages could not be fetched")
        for name in re.findall(r"^'[^']+' (\S+\.deb) ", listed, re.MULTILINE):
            run("dpkg", "--extract", debs / name, root)

    def _apt(
        self, tool: str, *words: str, cwd: Path | None = None, purpose: str = "apt did not answer"
    ) -> str:
        options = {
            "Dir::State::lists": f"{self.folder}/lists",
            "Dir::Cache": f"{self.folder}",
            "Acquire::Retries": "3",
            # apt's own user may not enter our folder, and root can do without it.
            "APT::Sandbox::User": "root",
        }
        if self.sources:
            options |= {"Dir::Etc::sourcelist": f"{self.sources}", "Dir::Etc::sourceparts": "-"}
        settings = [f"--option={name}={value}" for name, value in options.items()]
        try:
            return run(tool, *settings, *words, cwd=cwd)
        except CommandFailed as error:
            raise OdooUnavailable(f"{purpose}: {error}") from error
