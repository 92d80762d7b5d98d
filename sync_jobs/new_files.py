"""Files that commands write for their owner: new ones only, and readable by nobody else."""

from __future__ import annotations

import os
from pathlib import Path


def write_new(path: Path, content: str | bytes, otherwise: Exception) -> None:
    """Write a file that is not there yet, of mode 600. Raises ``otherwise`` where it is, or cannot be made."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise otherwise from None
    with os.fdopen(handle, "wb") as out:
        out.write(content.encode() if isinstance(content, str) else content)
