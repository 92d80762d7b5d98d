"""The template: an Odoo database with the modules and languages that every test database starts from."""

import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .cache import Say, exclusive, quiet
from .commands import run
from .packages import OdooProgram
from .postgres import Cluster, Database
from .postmaster import SUPERUSER

MODULES = ("contacts", "crm", "base_automation", "base_import_module")
LANGUAGES = ("en_US", "fr_FR")
"""The first one is the users' default."""

RECIPE = 1
"""To be raised when this file changes what the template holds."""

BUNDLES = {
    "js": ("web.assets_web", "web.assets_frontend_lazy", "web.assets_frontend_minimal"),
    "css": ("web.assets_web", "web.assets_web_print", "web.assets_frontend"),
}
WARM_UP = f"""
for kind, names in {BUNDLES!r}.items():
    for name in names:
        bundle = env["ir.qweb"]._get_asset_bundle(name, css=kind == "css", js=kind == "js")
        getattr(bundle, kind)()
env.cr.commit()
"""
"""Compiles what the login page and the web client load, so that no test waits for it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A database to copy, and the files that go with it."""

    name: str
    filestore: Path

    def copy(self, cluster: Cluster, name: str) -> Database:
        """Create a database as a copy, with its files in `filestore_of` (one second)."""
        database = cluster.create(name, template=self.name)
        shutil.copytree(self.filestore, filestore_of(database.folder / "data", name))
        # Two databases with one identity would accept each other's sessions and tokens.
        database.psql(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
            " WHERE key IN ('database.uuid', 'database.secret')"
        )
        return database


def filestore_of(data_folder: Path, database: str) -> Path:
    """Return where Odoo keeps a database's files in a data folder."""
    return data_folder / "filestore" / database


def odoo_options(cluster: Cluster, database: str, data_folder: Path) -> list[str]:
    """Return the options that point an Odoo command to a database and its files."""
    return [
        f"--database={database}",
        "--db_host=127.0.0.1",
        f"--db_port={cluster.port}",
        f"--db_user={SUPERUSER}",
        f"--data-dir={data_folder}",
    ]


def template(cluster: Cluster, program: OdooProgram, say: Say = quiet) -> Template:
    """Return the template, built the first time (about 45 seconds) and kept with the cluster."""
    recipe = repr((program.version, MODULES, LANGUAGES, BUNDLES, RECIPE))
    name = f"template_{sha256(recipe.encode()).hexdigest()[:12]}"
    found = Template(name, cluster.home / "templates" / name)
    with exclusive(cluster.home / "templates" / "build.lock"):
        if not cluster.exists(name):
            say(f"Building the template database with {', '.join(MODULES)}…")
            _build(cluster, program, found)
    return found


def _build(cluster: Cluster, program: OdooProgram, target: Template) -> None:
    """Build under another name; the renaming at the end is what makes the template exist."""
    draft = f"{target.name}_draft"
    cluster.drop(draft)
    with tempfile.TemporaryDirectory(dir=target.filestore.parent) as folder:
        data = Path(folder)
        common = [*odoo_options(cluster, draft, data), "--no-http", "--log-level=warn"]
        what = [
            f"--init={','.join(MODULES)}",
            f"--load-language={','.join(LANGUAGES)}",
            "--without-demo=True",
        ]
        environment = program.environment()
        run(*program.command("server"), *common, *what, "--stop-after-init", env=environment)
        run(*program.command("shell"), *common, env=environment, stdin=WARM_UP)
        shutil.rmtree(target.filestore, ignore_errors=True)
        shutil.move(filestore_of(data, draft), target.filestore)
    cluster.psql(f"ALTER DATABASE {draft} RENAME TO {target.name}")
    # A copy fails while anybody is connected to the original.
    cluster.psql(f"ALTER DATABASE {target.name} ALLOW_CONNECTIONS false")
