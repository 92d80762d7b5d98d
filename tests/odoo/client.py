"""What tests ask of an Odoo over HTTP, whoever runs it."""

from collections.abc import Sequence
from typing import Any

import requests

JSON = Any
"""Whatever Odoo answers; each test knows what it asked for."""

TIMEOUT = 120
"""Seconds; installing a module on a slow machine takes a while."""


class OdooFault(RuntimeError):
    """Odoo refused a call; `name` is the class of its error."""

    def __init__(self, name: str, message: str) -> None:
        """Keep both parts."""
        super().__init__(f"{name}: {message}")
        self.name = name


class OdooClient:
    """An Odoo reached over HTTP, with the login of its administrator."""

    def __init__(self, url: str, database: str, login: str = "admin", password: str = "admin") -> None:  # noqa: S107
        """Remember where it is; nothing is called yet."""
        self.url = url.rstrip("/")
        self.database = database
        self.login = login
        self.password = password
        self._admin: requests.Session | None = None

    def web_session(self, login: str, password: str) -> requests.Session:
        """Return a logged-in web session, as a browser has it."""
        session = requests.Session()
        credentials = {"db": self.database, "login": login, "password": password}
        self._post(session, "/web/session/authenticate", credentials)
        return session

    def call(self, session: requests.Session, model: str, method: str, *args: JSON, **kwargs: JSON) -> JSON:
        """Call a model's method as the session's user; `OdooFault` when Odoo refuses."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(session, "/web/dataset/call_kw", params)

    def execute(self, model: str, method: str, *args: JSON, **kwargs: JSON) -> JSON:
        """Call a model's method as the administrator; `OdooFault` when Odoo refuses."""
        if self._admin is None:
            self._admin = self.web_session(self.login, self.password)
        return self.call(self._admin, model, method, *args, **kwargs)

    def api_key(self, login: str, password: str) -> str:
        """Mint an API key for a user, through the same identity check that a person passes."""
        with self.web_session(login, password) as session:
            wanted = [{"name": "binome tests", "duration": "90"}]  # days; an employee gets no more
            wizard = self.call(session, "res.users.apikeys.description", "create", wanted)
            check = self.call(session, "res.users.apikeys.description", "make_key", wizard)
            who = {"password": password}
            shown = self.call(session, check["res_model"], "run_check", [check["res_id"]], context=who)
            return str(shown["context"]["default_key"])

    def create_user(self, login: str, password: str, groups: Sequence[str] = (), lang: str = "fr_FR") -> int:
        """Create a user with exactly these groups, named by external id, and return the user's id."""
        ids = [self.resolve(xmlid) for xmlid in groups or ("base.group_user",)]
        # Up to 18 the field had another name.
        field = next(iter(self.execute("res.users", "fields_get", ["group_ids", "groups_id"], ["type"])))
        values = {"name": login, "login": login, "password": password, "lang": lang, field: [(6, 0, ids)]}
        created = self.execute("res.users", "create", [values], context={"no_reset_password": True})
        return int(created[0])

    def resolve(self, xmlid: str) -> int:
        """Return the database id behind an external id such as `base.group_user`."""
        module, _, name = xmlid.partition(".")
        domain = [("module", "=", module), ("name", "=", name)]
        rows = self.execute("ir.model.data", "search_read", domain, ["res_id"])
        if not rows:
            raise LookupError(f"this Odoo knows no external id {xmlid}")
        return int(rows[0]["res_id"])

    def _post(self, session: requests.Session, path: str, params: JSON) -> JSON:
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        response = session.post(self.url + path, json=body, timeout=TIMEOUT)
        response.raise_for_status()
        answer = response.json()
        if "error" in answer:
            data = answer["error"]["data"]
            raise OdooFault(data["name"], data["message"])
        return answer["result"]
