"""Build the data module's zip for one major version of Odoo: the same sources always give the same bytes."""

from __future__ import annotations

import hashlib
import io
import pprint
import xml.etree.ElementTree as ET
import zipfile
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable

from connector.crm.errors import CrmModuleError
from connector.crm.module import generate, rights
from connector.crm.module.datafile import as_xml
from connector.crm.module.names import MODULE_VERSION
from connector.crm.module.translations import catalogue
from connector.crm.module.versions import SUPPORTED, in_dialect
from mappings.destinations import MODELS, MODULE

ICON = "static/description/icon.png"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: a date of our own would make every build differ."""

_BEFORE_VIEWS = (
    "security/groups.xml", "data/models.xml", "data/fields.xml", "data/orders.xml", "security/ir.model.access.csv",
    "security/rules.xml", "data/tags.xml", "data/activity_types.xml", "data/batch_actions.xml",
)
"""Odoo loads the files in this order, each after those it names."""


def build(version: int) -> bytes:
    """Give the module's zip as Odoo ``version`` imports it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in sorted(_all_files(version).items()):
            zipped.writestr(zipfile.ZipInfo(f"{MODULE}/{path}", _EPOCH), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def fingerprint(version: int) -> str:
    """Give the digest of the module's content; the installed module carries it in its description."""
    return _digest(_content(version))


def module_version(version: int) -> str:
    """Give the module's version as Odoo ``version`` shows it."""
    return f"{version}.0.{MODULE_VERSION}"


def data_files(version: int) -> dict[str, ET.Element]:
    """Give every XML data file of the module, by path, in the order of loading, in the version's dialect."""
    if version not in SUPPORTED:
        raise CrmModuleError(f"Binôme's module cannot be built for Odoo {version}, only for {SUPPORTED}",
                             "Upgrade Binôme, or use an Odoo of one of these versions.")
    made = {
        "data/models.xml": generate.models_xml(), "data/fields.xml": generate.fields_xml(),
        "data/orders.xml": generate.orders_xml(), "security/rules.xml": rights.rules_xml(),
    }
    paths = [path for path in _order() if path.endswith(".xml")]
    return {path: in_dialect(made[path] if path in made else _hand_written(path), version) for path in paths}


def _all_files(version: int) -> dict[str, bytes]:
    content = _content(version)
    return {**content, "__manifest__.py": _manifest(version, _digest(content))}


def _content(version: int) -> dict[str, bytes]:
    roots = data_files(version)
    return {
        **{path: as_xml(root) for path, root in roots.items()},
        "security/ir.model.access.csv": rights.access_csv(),
        "i18n/fr.po": catalogue(roots, _source("i18n/fr.toml").read_bytes()),
        ICON: _source(ICON).read_bytes(),
    }


def _manifest(version: int, digest: str) -> bytes:
    return pprint.pformat({
        "name": "Binôme", "version": module_version(version), "category": "Services", "license": "LGPL-3",
        "summary": "Mentoring: pairs, charters, meetings and volunteer hours, kept in step by Binôme",
        "description": f"Installed and upgraded by `binome install`.\n\nContent: {digest}",
        "author": "Binôme", "depends": ["base", "contacts", "mail"], "data": list(_order()), "application": True,
    }, sort_dicts=False).encode()


def _order() -> tuple[str, ...]:
    views = sorted(f"views/{item.name}" for item in _source("views").iterdir() if item.name.endswith(".xml"))
    # Actions that open views come after them, menus last.
    views.sort(key=lambda path: path == "views/menus.xml")
    return (*_BEFORE_VIEWS, *views)


def _hand_written(path: str) -> ET.Element:
    root = ET.fromstring(_source(path).read_bytes())  # noqa: S314 # a file of this package, not of a stranger
    for field in root.iter("field"):
        if source := field.attrib.pop("source", None):
            field.text = _code(source.split())
    return root


def _code(names: list[str]) -> str:
    head = f"MODELS = {list(MODELS)!r}\n\n" if "common.py" in names else ""
    return head + "\n\n".join(_source(f"actions/{name}").read_text(encoding="utf-8") for name in names)


def _source(path: str) -> Traversable:
    return package_files(__package__).joinpath(path)


def _digest(content: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(content.items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
