"""An embedded CRM with Odoo's semantics: the demo's default, and the fast half of the contract suite."""

from connector.crm.sandbox.crm import SandboxCrm
from connector.crm.sandbox.staff import Activity, Staff

__all__ = ["Activity", "SandboxCrm", "Staff"]
