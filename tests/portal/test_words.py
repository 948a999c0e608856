"""Nothing that a person reads stands in a template but through the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).parents[2] / "templates" / "portal"
READ = re.compile(
    r"""\b(?:aria-label|alt|title|placeholder|data-label|data-confirm)="""
    r"""["']([^"']*[^\W\d_]{2,}[^"']*)["']"""
)
NAMES = {"Expat", "Français", "English", "PDF", "CSV", "UTC", "EUR", "htmx", "IBAN", "BIC"}


def said_outside(path: Path) -> list[str]:
    """Words of a template that stand outside of its expressions, and those of attributes that are read out."""
    tokens = Environment(autoescape=True).lex(path.read_text(encoding="utf-8"))
    text = "".join(value if kind == "data" else "\0" for _line, kind, value in tokens)
    attributes = [found for found in READ.findall(text) if "\0" not in found]
    plain = re.sub(r"(?s)<!--.*?-->|<script\b.*?</script>|<svg\b.*?</svg>|<[^>]*>|&\w+;", " ", text)
    words = re.findall(r"[^\W\d_]{2,}", plain)
    return [word for word in words if word not in NAMES] + attributes


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_says_something_in_one_language_alone(path: Path) -> None:
    assert said_outside(path) == []
