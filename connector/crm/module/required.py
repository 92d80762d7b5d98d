"""Is the CRM's data module the one that this Binôme speaks to?"""

from __future__ import annotations

from connector.crm.errors import CrmModuleError
from connector.crm.module.names import MODULE_VERSION
from connector.crm.port import Server

UNKNOWN = "unknown"
"""What a user learns who sees that the module is there, but may not read its version."""


def require_module(server: Server) -> None:
    """Raise CrmModuleError where the module is missing, older, or newer than this Binôme; nothing is synced then."""
    if server.module is None:
        raise CrmModuleError("the CRM does not have Binôme's data module")
    if server.module == UNKNOWN:
        return
    there, needed = _numbers(server.module), _numbers(MODULE_VERSION)
    if there < needed:
        raise CrmModuleError(f"the CRM has module {server.module}; this Binôme needs {MODULE_VERSION}")
    if there > needed:
        raise CrmModuleError(
            f"the CRM has module {server.module}, newer than this Binôme's {MODULE_VERSION}",
            "Upgrade this Binôme to the version that installed the module.",
        )


def _numbers(version: str) -> list[int]:
    """Read the module's own three numbers: Odoo puts its version before them."""
    return [int(part) for part in version.split(".")[-3:]]
