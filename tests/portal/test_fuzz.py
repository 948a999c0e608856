"""Whatever is typed into a form, or sent past it, is answered: never a fault of ours, never a half-done change."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from expat.portal.access import PUBLIC, roles_of
from expat.portal.forms import Form
from tests.portal.house import Front
from tests.portal.records import Records
from tests.portal.test_access import routes

ROUNDS = 5
NASTY = (
    "", " ", "0", "-1", "1", "7", "999999999999999999999999", "1e9", "NaN", "Infinity", "1.234,56", "12,345.678", "١٢٣",
    "2026-02-30", "2025-08-01", "9999-12-31", "0001-01-01", "20250801", "EUR", "SGD", "XXX", "eur", "SG", "ZZ", "xk",
    "ambulatory.gp", "hospital.stay", "excluded.cosmetic", "illness", "grant", "refuse", "ask", "planned", "extension",
    "suspected", "distinct", "duplicate", "upheld", "yes", "on", "null", "1/1", "207/1", "../../etc/passwd",
    "<script>alert(1)</script>", "'; DROP TABLE member; --", "é" * 300, "x" * 6000, "\u202e\u0000\ufffe", "\U0001f600",
    "line\r\nBcc: everybody@example.org", "{{ 7 * 7 }}", "%s%n", "FR7630006000011234567890189", "a@b.example",
)  # fmt: skip
FILES = (b"", b"GIF89a<script>", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"x" * 100_000)


def field_names() -> list[str]:
    """Every name that a form or a view of the pages knows."""
    names = {"lines-0-amount", "lines-1-care", "papers-1-line", "csrf_token", "next", "back", "q"}
    for kind in _subclasses(Form):
        names |= {name for name in vars(kind) if hasattr(getattr(kind, name), "field_class")}
    portal = Path(__file__).parents[2] / "expat" / "portal"
    for path in portal.rglob("*.py"):
        names |= set(re.findall(r"request\.(?:form|args)(?:\.get(?:list)?\(|\[)\"([\w-]+)\"", path.read_text("utf-8")))
    line_fields = [name for name in names if "-" not in name]
    return sorted(names | {f"lines-0-{name}" for name in line_fields})


def _subclasses(kind: type[Any]) -> set[type[Any]]:
    found = set(kind.__subclasses__())
    return found | {deeper for one in found for deeper in _subclasses(one)}


def nonsense(chance: Random, names: list[str]) -> dict[str, Any]:
    """Some fields, with something in them that may or may not fit; now and then a file."""
    form: dict[str, Any] = {name: chance.choice(NASTY) for name in chance.sample(names, len(names) * 2 // 3)}
    if chance.randrange(3) == 0:
        form["files"] = (BytesIO(chance.choice(FILES)), chance.choice(("a.pdf", "\u202egnp.exe", "x" * 300, "")))
    return form


@pytest.mark.parametrize("role", ["public", "member", "spouse", "medical", "manager", "accountant", "admin"])
def test_nonsense_is_answered(front: Front, role: str) -> None:
    records, names, chance = Records(front), field_names(), Random(7)
    needed = "member" if role == "spouse" else role
    for rule, method in routes(front):
        if needed not in roles_of(front.app, rule.endpoint) or (role == "public" and rule.endpoint == "demo.mails"):
            continue
        browser = front.client(None if role == PUBLIC else role)
        for _ in range(ROUNDS if method == "POST" else 2):
            sent = nonsense(chance, names)
            if method == "POST":
                answer = browser.post(records.address(rule), data=sent, content_type="multipart/form-data")
            else:
                plain = {name: value for name, value in sent.items() if isinstance(value, str) and len(value) < 400}
                answer = browser.get(records.address(rule), query_string=plain)
            assert answer.status_code < 500, (role, method, rule.rule, sent)
