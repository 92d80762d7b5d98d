"""The mark that tells a restored database: each run that writes leaves a new one in the CRM and in the state.

A CRM restored from yesterday's backup shows an older mark than the state knows; a register restored from a backup
knows an older one than the CRM shows. Either way what the state calls agreed is not what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.port import Crm
from connector.register.keys import new_key
from sync_jobs.state import State

_CURSOR = "marks"
_NONE = "none"
"""What a CRM shows that nobody has marked yet."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Compares and leaves marks."""

    crm: Crm
    state: State

    def restored(self) -> bool:
        """Tell whether one side is not the one we last wrote on. A CRM that does not tell us its mark is believed."""
        known = self._known()
        if not known:
            return False
        try:
            return (self.crm.mark() or _NONE) not in known
        except (CrmPermissionError, CrmModuleError):
            return False

    def leave(self) -> None:
        """Leave a new mark on both sides: announced here first, so that no crash between them looks like a restore."""
        new = new_key().hex
        try:
            known = self._known() or [self.crm.mark() or _NONE]
            self.state.set_cursors({_CURSOR: " ".join([*known, new])})
            self.crm.mark(new)
        except (CrmPermissionError, CrmModuleError):
            return
        self.state.set_cursors({_CURSOR: new})

    def _known(self) -> list[str]:
        return (self.state.cursor(_CURSOR) or "").split()
