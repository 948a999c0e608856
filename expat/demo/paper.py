"""The invoices on paper: PDF files as practices send them, and photographs as members take them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any, NamedTuple

from expat.demo.desk import Sheet
from expat.demo.household import Item
from expat.demo.world import read, template
from expat.money import minor_units

MANIFEST = "manifest.json"
WORKERS = 2
CHUNK = 8
THIN, SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


class Task(NamedTuple):
    """A file to make: its path, its kind, what stands on it, and a number that the photograph's light follows."""

    path: str
    paper: str
    content: str
    light: int


def make(sheets: Sequence[Sheet], folder: Path) -> bool:
    """Make the file of every invoice, in several processes; answers False where they lie there already."""
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [_task(sheet, folder, place) for place, sheet in enumerate(sheets)]
    fingerprint = _fingerprint(tasks, folder)
    manifest = folder / MANIFEST
    if _made(manifest, fingerprint):
        return False
    for old in folder.iterdir():
        old.unlink()
    with ProcessPoolExecutor(min(WORKERS, cpu_count() or 1), get_context("spawn")) as pool:
        sizes = list(pool.map(produce, tasks, chunksize=CHUNK))
    files = dict(zip((Path(t.path).name for t in tasks), sizes, strict=True))
    manifest.write_text(json.dumps({"fingerprint": fingerprint, "files": files}, indent=1), encoding="utf-8")
    return True


def produce(task: Task) -> int:
    """Make one file; answers its size in bytes."""
    from expat.demo.photograph import photograph, typeset

    page = typeset(template("invoice.typ"), task.content)
    content = page if task.paper == "pdf" else photograph(page, task.paper, task.light)
    return Path(task.path).write_bytes(content)


def amount_text(amount: Any, currency: str, language: str) -> str:
    """An amount as an invoice in that language writes it, with the currency's own decimals."""
    plain = f"{amount:,.{minor_units(currency)}f}"
    if language == "en":
        return f"{currency}{SPACE}{plain}"
    group = THIN if language == "fr" else "."
    return plain.replace(",", "\0").replace(".", ",").replace("\0", group) + SPACE + currency


def _task(sheet: Sheet, folder: Path, place: int) -> Task:
    return Task(str(folder / sheet.file), sheet.invoice.paper, json.dumps(on_paper(sheet), ensure_ascii=False), place)


def on_paper(sheet: Sheet) -> dict[str, Any]:
    """What stands on the invoice, as the template takes it."""
    invoice = sheet.invoice
    words = read("care")["words"][invoice.language]
    postcode = f"{invoice.town}, {invoice.country}"
    lines = [
        [
            _day(item.first_day, invoice.language), _wording(item, invoice.language), str(item.quantity),
            amount_text(item.amount, invoice.currency, invoice.language),
        ]
        for item in invoice.items
    ]  # fmt: skip
    return {
        "layout": invoice.layout, "language": invoice.language, "words": words, "provider": invoice.provider,
        "address": f"{invoice.street}, {postcode}", "number": invoice.number,
        "title": words["to_insurer" if invoice.direct else "title"], "date": _day(invoice.day, invoice.language),
        "patient": sheet.household.name(invoice.person), "lines": lines,
        "total": amount_text(invoice.total, invoice.currency, invoice.language),
        "stamp": words["open" if invoice.direct else "paid"], "footer": "Expat demo: made up, no real invoice.",
    }  # fmt: skip


def _wording(item: Item, language: str) -> str:
    """What the line says, with the last day of a stay."""
    return item.label if item.last_day is None else f"{item.label} → {_day(item.last_day, language)}"


def _day(day: Any, language: str) -> str:
    return f"{day:%d %b %Y}" if language == "en" else f"{day:%d/%m/%Y}"


def _fingerprint(tasks: Sequence[Task], folder: Path) -> str:
    """What the files depend on: what stands on them and how they are made."""
    said = [[Path(t.path).name, t.paper, t.content, t.light] for t in tasks]
    makers = [template("invoice.typ"), Path(__file__), Path(__file__).with_name("photograph.py")]
    found = sha256(json.dumps(said, ensure_ascii=False).encode())
    for maker in makers:
        found.update(maker.read_bytes())
    return found.hexdigest()


def _made(manifest: Path, fingerprint: str) -> bool:
    """Whether the files of that fingerprint lie beside the manifest, each with its size."""
    try:
        there = json.loads(manifest.read_text(encoding="utf-8"))
        whole = all((manifest.parent / n).stat().st_size == size for n, size in there["files"].items())
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(whole and there["fingerprint"] == fingerprint)
