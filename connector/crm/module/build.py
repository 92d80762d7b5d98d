"""Build the data module's zip for one major version of Odoo: the same sources always give the same bytes."""

from __future__ import annotations

import hashlib
import io
import pprint
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Collection
from importlib.resources import files as package_files
from importlib.resources.abc import Traversable

from connector.crm.errors import CrmModuleError
from connector.crm.module import generate, rights
from connector.crm.module.datafile import as_csv, as_xml
from connector.crm.module.names import MODULE_VERSION
from connector.crm.module.translations import catalogue
from connector.crm.module.versions import SUPPORTED, in_dialect
from mappings.destinations import HOME, MODELS, MODULE

ICON = "static/description/icon.png"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: a date of our own would make every build differ."""

_RIGHTS = ("security/groups.xml",)
_LOADED = ("data/", "security/", "views/")
_LABELS = "data/labels.sql"
_BEHAVIOUR = ("data/tags.xml", "data/activity_types.xml", "data/batch_actions.xml")


def build(version: int, settled: Collection[str] = ()) -> bytes:
    """Give the module's zip as Odoo ``version`` imports it.

    ``settled`` names models, fields and choices, by external id, to leave out: the CRM has them already as they should
    be, and to write each again would set Odoo's models up anew each time.
    """
    digest, content = _digest(_content(version)), _content(version, settled)
    content["__manifest__.py"] = _manifest(version, [path for path in content if path.startswith(_LOADED)], digest)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, data in sorted(content.items()):
            zipped.writestr(zipfile.ZipInfo(f"{MODULE}/{path}", _EPOCH), data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def fingerprint(version: int) -> str:
    """Give the digest of the module's content; the installed module carries it in its description."""
    return _digest(_content(version))


def module_version(version: int) -> str:
    """Give the module's version as Odoo ``version`` shows it."""
    return f"{version}.0.{MODULE_VERSION}"


def hand_written(version: int) -> dict[str, ET.Element]:
    """Give every data file that was made by hand, by path, in the dialect of the version."""
    if version not in SUPPORTED:
        raise CrmModuleError(f"Binôme's module cannot be built for Odoo {version}, only for {SUPPORTED}",
                             "Upgrade Binôme, or use an Odoo of one of these versions.")
    return {path: in_dialect(_parsed(path), version) for path in (*_RIGHTS, *_BEHAVIOUR, *_views())}


def _content(version: int, settled: Collection[str] = ()) -> dict[str, bytes]:
    """Give every file but the manifest; the data files in the order of loading, each after those it names."""
    roots = hand_written(version)
    by_hand = {path: as_xml(root) for path, root in roots.items()}
    return {
        **{path: by_hand.pop(path) for path in _RIGHTS},
        **_schema(settled),
        "data/defaults.xml": as_xml(generate.defaults_xml()), "data/orders.xml": as_xml(generate.orders_xml()),
        "security/ir.model.access.csv": as_csv(rights.access()), "security/rules.xml": as_xml(rights.rules_xml()),
        f"data/{HOME.name}.csv": as_csv(generate.tiles()),
        _LABELS: _source(_LABELS).read_bytes(),
        **by_hand,
        "i18n/fr.po": catalogue(roots.values(), _source("i18n/fr.toml").read_bytes()),
        ICON: _source(ICON).read_bytes(),
    }


def _schema(settled: Collection[str]) -> dict[str, bytes]:
    lots = {
        "data/ir.model.csv": generate.models(),
        **{f"data/ir.model.fields-{number}.csv": lot for number, lot in enumerate(generate.fields(), start=1)},
        "data/ir.model.fields.selection.csv": generate.choices(),
    }
    wanted = {path: [row for row in lot if row["id"] not in settled] for path, lot in lots.items()}
    return {path: as_csv(lot) for path, lot in wanted.items() if lot}


def _manifest(version: int, data: list[str], digest: str) -> bytes:
    return pprint.pformat({
        "name": "Binôme", "version": module_version(version), "category": "Services", "license": "LGPL-3",
        "summary": "Mentoring: pairs, charters, meetings and volunteer hours, kept in step by Binôme",
        "description": f"Installed and upgraded by `binome install`.\n\nContent: {digest}",
        "author": "Binôme", "depends": ["base", "contacts", "mail"], "data": data, "application": True,
    }, sort_dicts=False).encode()


def _views() -> list[str]:
    """Name the screens' files; the menus, which open all the others, come last."""
    names = sorted(item.name for item in _source("views").iterdir() if item.name.endswith(".xml"))
    return [f"views/{name}" for name in sorted(names, key=lambda name: name == "menus.xml")]


def _parsed(path: str) -> ET.Element:
    root = ET.fromstring(_source(path).read_bytes())  # noqa: S314 # a file of this package, not of a stranger
    for field in root.iter("field"):
        if source := field.attrib.pop("source", None):
            field.text = _code(source.split())
    return root


def _code(names: list[str]) -> str:
    """Join the parts of an action's code; the part ``models`` is the list of models that it may touch."""
    parts = (
        f"MODELS = {list(MODELS)!r}" if name == "models" else _source(f"actions/{name}").read_text(encoding="utf-8")
        for name in names
    )
    return "\n\n".join(parts)


def _source(path: str) -> Traversable:
    return package_files(__package__).joinpath(path)


def _digest(content: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(content.items()):
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
