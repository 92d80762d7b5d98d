"""Where the packages come from, and how they are built once."""

import platform
import threading
import time
from pathlib import Path

import pytest

from tests.odoo.apt import Apt, Source, debian_mirror, read_deb822, read_one_line
from tests.odoo.cache import Lease, OdooUnavailable, build_once
from tests.odoo.postgres import checked_name

DEB822 = """
# A comment
Types: deb
URIs: http://tools.example/apt
Suites: bookworm
Components: main

Types: deb deb-src
# in the middle
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /keys.gpg

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
"""


@pytest.fixture
def bookworm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this machine a Debian bookworm."""
    release = {"ID": "debian", "NAME": "Debian", "VERSION_CODENAME": "bookworm"}
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    monkeypatch.delenv("BINOME_DEBIAN_MIRROR", raising=False)


def test_one_line_sources_are_read() -> None:
    """A `.list` line may have options and comments; source packages do not count."""
    text = "# deb http://no.example a main\n"
    text += "deb [arch=amd64 trusted=yes] http://m.example/debian sid main # here\n"
    text += "deb-src http://m.example/debian sid main\n"
    assert list(read_one_line(text)) == [Source("http://m.example/debian", ("sid",), ("main",))]


def test_deb822_sources_are_read() -> None:
    """A `.sources` file may fold its values and switch a source off."""
    tools, mirror = read_deb822(DEB822)
    assert tools.uri == "http://tools.example/apt"
    assert mirror == Source(
        "http://mirror.example/debian", ("bookworm", "bookworm-updates"), ("main", "contrib")
    )


@pytest.mark.usefixtures("bookworm")
def test_the_machines_own_mirror_is_taken(tmp_path: Path) -> None:
    """A vendor's repository that borrows Debian's suite names is not taken for the mirror."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "all.sources").write_text(DEB822)
    assert debian_mirror(tmp_path) == "http://mirror.example/debian"


@pytest.mark.usefixtures("bookworm")
def test_no_mirror_is_said_in_plain_words(tmp_path: Path) -> None:
    """A machine whose apt names no Debian mirror is told what to set."""
    with pytest.raises(OdooUnavailable, match="BINOME_DEBIAN_MIRROR"):
        debian_mirror(tmp_path)


def test_ubuntu_needs_a_mirror_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Ubuntu the reason says what is missing, and the environment can give it."""
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "ubuntu", "NAME": "Ubuntu"})
    monkeypatch.delenv("BINOME_DEBIAN_MIRROR", raising=False)
    with pytest.raises(OdooUnavailable, match="this machine is Ubuntu"):
        debian_mirror(tmp_path)
    monkeypatch.setenv("BINOME_DEBIAN_MIRROR", "http://mirror.example/debian")
    assert debian_mirror(tmp_path) == "http://mirror.example/debian"


def test_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without apt there is a reason, not a traceback from somewhere below."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OdooUnavailable, match="has no apt"):
        Apt.of_this_machine(tmp_path)


def test_folder_is_built_once_by_many(tmp_path: Path) -> None:
    """Of several who want the same folder at once, one builds and all get it whole."""
    builds: list[Path] = []

    def build(folder: Path) -> None:
        builds.append(folder)
        time.sleep(0.05)
        (folder / "content").touch()

    target = tmp_path / "folder"
    threads = [threading.Thread(target=build_once, args=(target, build)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert (target / "content").exists()


def test_failed_build_leaves_no_folder(tmp_path: Path) -> None:
    """A build that fails half-way is not taken for a finished one, and the next try starts afresh."""

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OdooUnavailable("no network")

    with pytest.raises(OdooUnavailable):
        build_once(tmp_path / "folder", fail)
    assert not (tmp_path / "folder").exists()
    built = build_once(tmp_path / "folder", lambda folder: (folder / "whole").touch())
    assert sorted(path.name for path in built.iterdir()) == [".done", "whole"]


def test_lease_has_one_owner(tmp_path: Path) -> None:
    """A lease is refused while it is held, and free once its owner lets go."""
    lease = Lease(tmp_path / "lease")
    with pytest.raises(BlockingIOError):
        Lease(tmp_path / "lease")
    lease.release()
    Lease(tmp_path / "lease").release()


@pytest.mark.parametrize("name", ["Club", "a-b", "x'; --", "", "1st", "../up"])
def test_odd_database_names_are_refused(name: str) -> None:
    """A database name never needs quoting in SQL, in a path or in a pattern."""
    with pytest.raises(ValueError, match="is no database name"):
        checked_name(name)
