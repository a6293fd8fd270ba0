"""Whether the database of a development folder has gone through the migrations that this Billfold brings.

The files of the migrations are compared, which takes no database and not the second that loading Alembic takes. It
also finds what Alembic would not: a folder filled by another branch, whose migrations have the same numbers.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import billfold.db
from billfold.settings import BadSetting

VERSIONS = Path(billfold.db.__file__).parent / "migrations" / "versions"


def migrate(dsn: str, folder: Path) -> None:
    """Bring the database up to date; `folder` lives and dies with it. Raises BadSetting for another branch's work."""
    ours = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(VERSIONS.glob("[0-9]*.py"))}
    record = folder / "migrations.json"
    theirs = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    foreign = [name for name, digest in theirs.items() if ours.get(name) != digest]
    if foreign:
        raise BadSetting(
            f"The database in {folder} was made by another version of Billfold, whose migration {foreign[0]} this one "
            f"does not have; use that version or another --data-dir, or move this one away to start afresh."
        )
    if theirs != ours:
        from billfold.db.migrations import upgrade  # loading it takes longer than all the rest of a start

        upgrade(dsn)
        record.write_text(json.dumps(ours, indent=2), encoding="utf-8")
