"""What a back office would key from the demo's invoices: the CSV file of `expat claim import`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from expat.claims.keyed_rows import COLUMNS
from expat.demo.household import Household, Invoice, Item
from expat.money import number
from expat.plans.edition import Edition

NAME = "claims.csv"
SUFFIX = {"pdf": "pdf", "jpeg": "jpg", "png": "png", "heic": "heic"}
CAUSE_PROOF = "cause_proof"


class Sheet(NamedTuple):
    """An invoice with the name of its file and the key of the claim that hands it in."""

    household: Household
    invoice: Invoice
    claim: str

    @property
    def file(self) -> str:
        return f"{self.claim}.{SUFFIX[self.invoice.paper]}"


def sheets(households: Sequence[Household]) -> list[Sheet]:
    """Every invoice that comes on paper, in the order in which they reached the operator."""
    found = [(h, i) for h in households for i in h.invoices if not i.before]
    found.sort(key=lambda pair: (pair[1].received, pair[0].number, pair[1].number))
    return [Sheet(h, i, f"{i.received:%Y%m%d}-{place:04d}") for place, (h, i) in enumerate(found, start=1)]


def key_in(on_paper: Sequence[Sheet], edition: Edition, folder: Path) -> int:
    """Write the file, one row for each line; answers the number of rows."""
    rows = [row for sheet in on_paper for row in _rows(sheet, edition)]
    with (folder / NAME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c for c in COLUMNS if any(row.get(c) for row in rows)])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def papers(item: Item, edition: Edition) -> frozenset[str]:
    """The kinds of papers that came with a line: those of a complete file, unless the demo says otherwise."""
    if item.papers is not None:
        return item.papers
    care = edition.care.get(item.care)
    needed = frozenset(care.documents.value if care else ("invoice",))
    return needed | ({CAUSE_PROOF} if item.cause != "illness" else frozenset())


def _rows(sheet: Sheet, edition: Edition) -> Iterator[dict[str, str]]:
    invoice, person = sheet.invoice, sheet.household.person(sheet.invoice.person)
    for item in invoice.items:
        row = {
            "claim": sheet.claim, "membership": sheet.household.number, "received": invoice.received.isoformat(),
            "first_name": person.first_name, "born": person.born.isoformat(), "care": item.care,
            "on": item.first_day.isoformat(), "until": _day(item.last_day), "quantity": str(item.quantity),
            "amount": number(item.amount, invoice.currency), "currency": invoice.currency,
            "country": invoice.country, "cause": item.cause, "stay_days": str(item.stay_days or ""),
            "invoice": invoice.number, "provider": invoice.provider, "series": item.series or "",
            "started": _day(item.started), "kinds": " ".join(sorted(papers(item, edition))), "document": sheet.file,
        }  # fmt: skip
        yield {column: value for column, value in row.items() if value}


def _day(day: object) -> str:
    return "" if day is None else str(day)
