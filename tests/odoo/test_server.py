"""The real Odoo that the other tests rely on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from tests.odoo import fixtures
from tests.odoo.cache import OdooUnavailable
from tests.odoo.client import OdooFault
from tests.odoo.fixtures import FreshDatabases, RemoteOdoo
from tests.odoo.postgres import Cluster
from tests.odoo.server import RealOdoo

ROOT = Path(__file__).parents[2]

START_AND_TELL = """
from tests.odoo.server import RealOdoo
odoo = RealOdoo.start()
print(odoo.database, odoo.port, flush=True)
input()
"""


def assets_of(url: str, page: str) -> Iterator[str]:
    """Yield the scripts, style sheets and pictures of a page, and the fonts that its style sheets name."""
    html = requests.get(url + page, timeout=60).text
    for path in set(re.findall(r'(?:src|href)="(/web/(?:assets|static)/[^"]+)"', html)):
        yield path
        if path.endswith(".css"):
            yield from set(
                re.findall(r"""url\(["']?(/[^"')?#]+)""", requests.get(url + path, timeout=60).text)
            )


def listeners(port: int) -> list[int]:
    """Return the processes that listen on a port."""
    found = psutil.net_connections("tcp")
    return [c.pid or 0 for c in found if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port]


@pytest.mark.odoo
def test_login_page_is_complete(real_odoo: RealOdoo) -> None:
    """The login page answers 200, and so does every script, style sheet and font that it asks for."""
    assert requests.get(f"{real_odoo.url}/web/login", timeout=60).status_code == 200
    paths = list(assets_of(real_odoo.url, "/web/login"))
    answers = {path: requests.get(real_odoo.url + path, timeout=60).status_code for path in paths}
    assert any(path.endswith(".woff2") for path in paths)
    assert set(answers.values()) == {200}, answers


@pytest.mark.odoo
def test_both_languages_are_there(real_odoo: RealOdoo) -> None:
    """English is the default, and a French user reads French labels."""
    codes = real_odoo.execute("res.lang", "search_read", [], ["code"])
    assert {row["code"] for row in codes} >= {"en_US", "fr_FR"}
    french = {"lang": "fr_FR"}
    label = real_odoo.execute("res.partner", "fields_get", ["phone"], ["string"], context=french)
    assert label["phone"]["string"] == "Téléphone"


@pytest.mark.odoo
def test_shell_and_psql_see_the_same_database(real_odoo: RealOdoo) -> None:
    """What `odoo shell` commits is there in SQL and over HTTP."""
    script = "print(env['res.partner'].create({'name': 'Shell'}).id); env.cr.commit()"
    partner = int(real_odoo.shell(script))
    assert real_odoo.psql("SELECT name FROM res_partner ORDER BY id DESC LIMIT 1") == "Shell"
    assert real_odoo.execute("res.partner", "read", [partner], ["name"]) == [{"id": partner, "name": "Shell"}]


@pytest.mark.odoo
def test_user_with_few_rights_gets_an_api_key(real_odoo: RealOdoo) -> None:
    """A user made with chosen groups reaches `/json/2` by key, and no further than the groups allow."""
    real_odoo.create_user("clerk", "clerk-secret", ["base.group_user"])
    key = real_odoo.api_key("clerk", "clerk-secret")
    headers = {"Authorization": f"bearer {key}"}

    def call(method: str, **arguments: list[object]) -> int:
        path = f"{real_odoo.url}/json/2/res.partner/{method}"
        return requests.post(path, json=arguments, headers=headers, timeout=60).status_code

    assert call("search_count", domain=[]) == 200
    assert call("create", vals_list=[{"name": "Refused"}]) == 403


@pytest.mark.odoo
def test_refusals_carry_odoos_own_name(real_odoo: RealOdoo) -> None:
    """A call that Odoo refuses raises `OdooFault` with the class of Odoo's error."""
    with pytest.raises(OdooFault, match="recursive") as refused:
        real_odoo.execute("res.partner", "write", [1], {"parent_id": 1})
    assert refused.value.name == "odoo.exceptions.ValidationError"


@pytest.mark.odoo
def test_server_survives_kill_and_restart(real_odoo: RealOdoo) -> None:
    """After a kill the same database is served again on the same port."""
    before = real_odoo.execute("res.users", "search_count", [])
    real_odoo.kill()
    assert not listeners(real_odoo.port)
    real_odoo.restart()
    assert real_odoo.execute("res.users", "search_count", []) == before


@pytest.mark.odoo
def test_stop_leaves_nothing_behind(real_odoo: RealOdoo, postgres: FreshDatabases) -> None:
    """After `stop` there is no process, no database and no folder."""
    with RealOdoo.start() as odoo:
        folder = odoo.data_dir.parent
        assert listeners(odoo.port)
        assert postgres.cluster.exists(odoo.database)
        assert odoo.database != real_odoo.database
    assert not listeners(odoo.port)
    assert not postgres.cluster.exists(odoo.database)
    assert not folder.exists()


@pytest.mark.odoo
@pytest.mark.usefixtures("real_odoo")  # so that the cluster outlives the killed run
def test_killed_run_is_cleaned_up() -> None:
    """When a run is killed outright its server ends too, and whoever joins next drops its database."""
    run = subprocess.Popen(  # noqa: S603 - our own Python
        [sys.executable, "-c", START_AND_TELL],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        database, port = run.stdout.readline().split()
        [server] = listeners(int(port))
        run.send_signal(signal.SIGKILL)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(server).wait(timeout=15)
    assert not listeners(int(port))
    with Cluster.join() as cluster:
        assert not cluster.exists(database)


@pytest.mark.odoo
@pytest.mark.usefixtures("real_odoo")
def test_kept_database_is_opened_again(postgres: FreshDatabases) -> None:
    """With `keep` the database outlives its server, and the next start finds what was written."""
    name = f"kept_{os.getpid()}"
    with RealOdoo.start(name, keep=True) as first:
        first.execute("res.partner", "create", [{"name": "Kept"}])
    with RealOdoo.start(name) as second:
        assert second.execute("res.partner", "search_count", [("name", "=", "Kept")]) == 1
    assert not postgres.cluster.exists(name)


@pytest.mark.odoo
def test_fresh_databases_are_empty_and_apart(postgres: FreshDatabases) -> None:
    """Every call gives an address of its own, with the driver asked for and nothing in the database."""
    one, other = postgres(), postgres(driver="psycopg")
    assert one.startswith("postgresql://")
    assert other.startswith("postgresql+psycopg://")
    assert one.rpartition("/")[2] != other.rpartition("/")[2]
    assert postgres.made[one].psql("SELECT count(*) FROM pg_stat_user_tables") == "0"
    postgres.drop(other)
    assert not postgres.cluster.exists(other.rpartition("/")[2])


def test_absent_odoo_is_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no real Odoo can run, the test is skipped and says why."""
    monkeypatch.delenv("BINOME_REQUIRE_ODOO", raising=False)
    with pytest.raises(pytest.skip.Exception, match="real Odoo part skipped: no apt here"):
        fixtures.refuse(OdooUnavailable("no apt here"))


def test_absent_odoo_fails_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `BINOME_REQUIRE_ODOO=1`, a missing Odoo is a failure, never a skip."""
    monkeypatch.setenv("BINOME_REQUIRE_ODOO", "1")
    with pytest.raises(pytest.fail.Exception, match="no apt here"):
        fixtures.refuse(OdooUnavailable("no apt here"))


def test_somebody_elses_odoo_is_used_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment can name an Odoo to test against; what needs its processes is skipped there."""
    monkeypatch.setenv("BINOME_TEST_ODOO_URL", "https://odoo.example/")
    monkeypatch.setenv("BINOME_TEST_ODOO_DB", "club")
    remote = fixtures.remote_odoo()
    assert isinstance(remote, RemoteOdoo)
    assert (remote.url, remote.port, remote.database, remote.login) == (
        "https://odoo.example",
        443,
        "club",
        "admin",
    )
    with pytest.raises(pytest.skip.Exception, match="`shell` needs an Odoo that the tests start"):
        remote.shell("print(1)")
