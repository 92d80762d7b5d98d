"""The audit of the CRM as it really is: what it holds of ours (contents), and who can read it (readers)."""

from sync_jobs.audit.contents import Audit, audit
from sync_jobs.audit.readers import Leak, Readers, readers

__all__ = ["Audit", "Leak", "Readers", "audit", "readers"]
