"""Where tests put what they write much of."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# A database is more than a thousand small files: 20 ms to copy in memory, 200 to 400 on a disk.
IN_MEMORY = Path("/dev/shm")
ENOUGH = 2_000_000_000


def in_memory() -> str | None:
    """Where there is memory to spare, None for the usual place of temporary files."""
    if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
        return str(IN_MEMORY)
    return None
