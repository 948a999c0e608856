"""CSV files that are made while they are sent, however long they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Sequence
from io import StringIO

from flask import Response
from sqlmodel import Session

from expat.audit import cell
from expat.db import reading
from expat.portal.work import house

Rows = Callable[[Session], Iterator[Sequence[str]]]
MARK = "\ufeff"  # so that spreadsheets read the letters as they are
AT_ONCE = 500


def csv_file(name: str, rows: Rows, texts: Collection[int]) -> Response:
    """Rows as a file to download, the head first. `texts` are the columns of words: none of them becomes a formula.

    Numbers are left alone, so that a negative one stays a number.
    """
    engine = house().engine

    def parts() -> Iterator[str]:
        with reading(engine) as session:
            yield MARK
            kept = StringIO()
            writer = csv.writer(kept)
            for count, row in enumerate(rows(session)):
                writer.writerow([cell(text) if i in texts and count else text for i, text in enumerate(row)])
                if count % AT_ONCE == 0:
                    yield _taken(kept)
            yield _taken(kept)

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(parts(), mimetype="text/csv", headers=headers)


def _taken(kept: StringIO) -> str:
    text = kept.getvalue()
    kept.seek(0)
    kept.truncate()
    return text
