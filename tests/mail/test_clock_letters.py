"""What the mails say that come by themselves: days and sums, where to read more, and nothing about care."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expat.mail import clock_letters as letters
from expat.mail.clock_letters import Late, Near, Recharge
from expat.mail.letters import WIDTH
from expat.wording.catalogue import LANGUAGES

DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)
LINK = "https://expat.example/here"
TWO, ONE = Decimal("1234.5"), Decimal("99.00")
WHO = ("Ada Lovelace", LINK)


def written(language: str) -> list[letters.Text]:
    """Each mail, in each of its forms."""
    near = Near(TWO, Decimal(1500), Decimal("265.5"), LATER)
    return [
        letters.wait_over(language, *WHO, "Ève", DAY),
        letters.ceiling_near(language, *WHO, "Ève", near, None),
        letters.ceiling_near(language, *WHO, "Ève", near, Recharge(TWO, ONE)),
        letters.renewal(language, *WHO, LATER, DAY, Decimal(0)),
        letters.renewal(language, *WHO, LATER, DAY, TWO),
        letters.new_price(language, *WHO, LATER, ONE, TWO),
        letters.new_price(language, *WHO, LATER, TWO, TWO),
        letters.family_tariff_ends(language, *WHO, LATER, ONE, TWO),
        letters.cover_ends(language, *WHO, "Ève", LATER, True),
        letters.approval_runs_out(language, *WHO, 17, LATER),
        letters.days_run_out(language, *WHO, 17, DAY, LATER),
        letters.draft_waits(language, *WHO),
        letters.paper_waits(language, *WHO, 17, None, DAY),
        letters.paper_waits(language, *WHO, None, 17, DAY),
        letters.recharge_ends(language, *WHO, "Ève", ONE, LATER),
        letters.past_promised(language, DAY, [Late(what, n, LINK) for what in letters.LATE for n in (1, 2)]),
        letters.settlement_waits(language, DAY, 2, LINK),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_names_a_page_and_fits_its_lines(language: str) -> None:
    for subject, body in written(language):
        assert LINK in body and body.endswith("\n") and "\n" not in subject
        assert "{" not in subject + body
        assert max(len(line) for line in body.splitlines()) <= WIDTH


def test_the_two_languages_say_it_differently() -> None:
    for (_, english), (_, french) in zip(written("en"), written("fr"), strict=True):
        assert english != french


def test_sums_and_days_are_as_the_language_writes_them() -> None:
    text = letters.ceiling_near("fr", *WHO, "Ève", Near(TWO, Decimal(1500), ONE, LATER), Recharge(TWO, ONE))[1]
    told = " ".join(text.split())
    assert "d’Ève" in told and "1er" in told and "avril 2026" in told and "99,00" in told
