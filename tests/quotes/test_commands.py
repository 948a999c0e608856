"""`expat quote`, and the quote as a file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from expat import terminal
from expat.db import now, transaction
from expat.errors import BadInput
from expat.letters.commands import letter
from expat.premiums.tariff import Insured
from expat.quotes.commands import quote
from expat.quotes.quote import Asked, make_quote
from tests.letters.reading import flat, text


def price(*more: str) -> str:
    first = (now().date() + timedelta(days=40)).isoformat()
    arguments = ["price", "--country", "SG", "--from", first, "--member", "1985-05-02", *more]
    return flat(CliRunner().invoke(quote, arguments, catch_exceptions=False).output)


def test_prices_are_printed_with_their_arithmetic() -> None:
    found = price("--spouse", "1990-01-01", "--child", "2015-06-01")
    assert "every quarter" in found
    assert "(formula 3) × 1.35 (zone B) × 2.6 (family)" in found
    assert "2.1 (zone C)" in price("--zone", "C")


def test_what_cannot_be_quoted_is_refused() -> None:
    with pytest.raises(BadInput, match="zone A does not cover SG"):
        price("--zone", "A")
    with pytest.raises(BadInput, match="spouse_too_old"):
        price("--spouse", "1940-01-01")


def test_a_quote_is_written_as_a_file(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "database", lambda: engine)
    at, file = datetime.fromisoformat("2026-02-10T09:00:00+00:00"), tmp_path / "quote.pdf"
    wanted = Asked("SG", "B", date(2026, 4, 1), "yearly", (Insured("member", date(1985, 5, 2)),))
    with transaction(engine) as session:
        code = make_quote(session, wanted, at.date(), at, "k")
    done = CliRunner().invoke(letter, ["quote", code, "--to", str(file), "--language", "fr"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Devis" in text(file.read_bytes())
