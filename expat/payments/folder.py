"""The folder that bank files are taken to the bank from: each is there as the table keeps it, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import BadInput
from expat.files import write_whole
from expat.payments.tables import BankFileRecord, Payout

_FILE: Any = table_of(BankFileRecord)
_PAYOUT: Any = table_of(Payout)


def write_missing(session: Session, folder: Path) -> list[str]:
    """Write the files that the folder lacks and that the bank has still to confirm; answers their names.

    A file whose payouts are all confirmed or returned is not written again: nobody is to send it twice. Raises
    BadInput where the folder cannot be written to.
    """
    owed = exists().where(_PAYOUT.c.bank_file_id == _FILE.c.id, _PAYOUT.c.confirmed_on.is_(None))
    query = select(_FILE.c.name, _FILE.c.id).where(owed).order_by(_FILE.c.id)
    missing = [row for row in session.execute(query) if not (folder / row.name).exists()]
    try:
        for row in missing:
            content = session.execute(select(_FILE.c.content).where(_FILE.c.id == row.id)).scalar_one()
            _write(folder / row.name, content)
    except OSError as wrong:
        raise BadInput("EXPAT_BANK_FOLDER", f"{folder} cannot be written to ({wrong.strerror})", "a folder") from wrong
    return [row.name for row in missing]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
