"""The data module's batch actions, as the port calls them: found once, each call one transaction there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connector.crm.errors import CrmMissing, CrmModuleError, CrmPermissionError
from connector.crm.module.names import ACTIONS
from connector.crm.port import QUIET, Outcome, Transport
from mappings.destinations import MODULE


class Actions:
    """Runs the actions of one Odoo by external id. ``installed`` tells whether the module can be seen at all."""

    def __init__(self, transport: Transport, installed: Callable[[], bool]) -> None:
        self._transport, self._installed = transport, installed
        self._ids: dict[str, int] = {}

    def run(self, action: str, key: str, request: Mapping[str, Any]) -> list[list[Any]]:
        """Run an action on a batch, and give its results in the order of the rows."""
        context = {**QUIET, key: request}
        try:
            answer = self._transport.call(
                "ir.actions.server", "run", [self.find(action)], context=context, repeatable=True,
            )
        except CrmMissing:
            self._ids.clear()
            raise CrmModuleError("the module's actions are gone: it was removed or replaced meanwhile") from None
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(request["rows"]):
            raise CrmModuleError(f"{action} answers in another form than this Binôme knows")
        return results

    def find(self, name: str) -> int:
        """Give an action's database id, asked for once."""
        if name not in self._ids:
            short = {each.partition(".")[2]: each for each in ACTIONS}
            try:
                found = self._transport.call(
                    "ir.model.data", "search_read", repeatable=True, fields=["name", "res_id"], load="",
                    domain=[("module", "=", MODULE), ("name", "in", list(short))],
                )
            except CrmPermissionError:
                if self._installed():
                    raise
                found = []  # without our module an ordinary user may not even look for it
            self._ids = {short[row["name"]]: row["res_id"] for row in found}
        if name not in self._ids:
            raise CrmModuleError(f"the CRM has no {name}")
        return self._ids[name]


def outcomes(names: Iterable[str], results: Iterable[list[Any]]) -> list[Outcome]:
    """Put an action's results in the port's words, each under the external id of its row."""
    return [
        Outcome(name, result[0], result[1] or None, tuple(result[2]) if len(result) > 2 else ())
        for name, result in zip(names, results, strict=True)
    ]
