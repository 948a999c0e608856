"""`make bench`: every figure, or one (`make bench ONLY=engine`), as a table and in bench.json."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench import engine, history, jobs, path, web
from tests.bench.figures import show

MEASURES = {
    "engine": engine.measure, "path": path.measure, "history": history.measure, "web": web.measure,
    "jobs": jobs.measure,
}  # fmt: skip


def main() -> None:
    """Measure and show."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--only", choices=MEASURES, help="measure this one alone")
    only = words.parse_args().only
    figures = [figure for name, measure in MEASURES.items() if only in (None, name) for figure in measure()]
    show(figures, Path("bench.json"))


main()
