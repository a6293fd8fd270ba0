"""pgbench: what PostgreSQL does by itself with the same statements, from the same machine."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

# As the application's own sessions have them.
SESSION = "-c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC"


class PgbenchFailed(Exception):
    """The message is what pgbench said."""


def transactions_per_second(programs: Path, dsn: str, script: str, *, connections: int, seconds: float) -> float:
    """Run the script with that many connections, prepared statements and no pause."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [str(programs / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={file.name}"]
        command += [f"--client={connections}", f"--jobs={min(connections, 2)}", f"--time={max(1, round(seconds))}", dsn]
        environ = {"PGOPTIONS": SESSION, "LC_ALL": "C"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, cwd="/")
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found or "aborted" in done.stderr:
        raise PgbenchFailed(f"{done.stdout}\n{done.stderr}"[-3000:])
    return float(found[1])
