"""Every letter: the same bytes for the same data, tagged, in its language, and data stay text."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typst

from expat.letters.card import Card, card_page
from expat.letters.cover import Insured
from expat.letters.typeset import typeset
from expat.periods import Period
from expat.places import shipped
from tests.letters.reading import NARROW, OPERATOR, WIDE, conforms, flat, fonts, is_tagged, text, title_of
from tests.test_wheel import unpacked  # noqa: F401 (a fixture)

DAY = date(2025, 8, 4)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
FONTS = shipped("templates") / "letters" / "fonts"
THREE_MEGABYTES = 3_000_000


def card(name: str, language: str = "en") -> bytes:
    """A letter with that name in it."""
    person = Insured(name, date(1985, 5, 2), "member", date(2024, 1, 1), YEAR)
    return card_page(Card("M-1", "Expat Uno", "4", "C", person, DAY, 10, 2), OPERATOR, (language,))


def test_the_same_data_give_the_same_bytes() -> None:
    assert card("Ada Lovelace") == card("Ada Lovelace")
    assert card("Ada Lovelace") != card("Ada Byron")


def test_another_process_elsewhere_in_the_world_makes_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "card.pdf"
    code = "import sys; from tests.letters.test_typeset import card; open(sys.argv[1], 'wb').write(card('Ada'))"
    root = Path(__file__).parents[2]
    environment = {"TZ": "Pacific/Kiritimati", "PYTHONPATH": str(root), "PATH": "", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, file], check=True, cwd=root, env=environment)
    assert file.read_bytes() == card("Ada")


def test_the_dates_inside_are_the_documents_own() -> None:
    assert set(re.findall(rb"<xmp:(?:Modify|Create)Date>([^<]*)", card("Ada"))) == {b"2025-08-04T00:00:00Z"}


@pytest.mark.parametrize(("language", "title"), [("en", "Insurance card of Ada"), ("fr", "Carte d’assuré d’Ada")])
def test_a_letter_is_tagged_and_says_its_title_and_language(language: str, title: str) -> None:
    made = card("Ada", language)
    assert is_tagged(made) and conforms(made)
    assert f"/Lang({language})".encode() in made
    assert title_of(made) == title


def test_only_the_fonts_beside_the_templates_are_used() -> None:
    assert fonts(card("Ada")) == {"Inter-Regular", "Inter-SemiBold"}
    files = [file for file in FONTS.iterdir() if file.suffix in (".ttf", ".otf")]
    assert sum(file.stat().st_size for file in files) < THREE_MEGABYTES
    assert {"Inter-LICENSE.txt", "Noto-LICENSE.txt", "Droid-LICENSE.txt"} <= {file.name for file in FONTS.iterdir()}


@pytest.mark.parametrize(
    "name",
    [
        f"1{NARROW}234,50{WIDE}€",
        "−12 × 3 ÷ 4 = ½ … • → □ ’ “ ” « » – —",
        "Éloïse Çağrı Żółć Ðuro Nguyễn Þóra ẞ Œuvre",
        "Θεόδωρος Δημήτριος",
        "Дмитрий Їжак",
        "محمد بن سلمان",
        "דוד בן גוריון",
        "สมชาย ใจดี",
        "सीता देवी",
        "Արամ გიორგი",
        "王小明 渡辺 さくら",
    ],
)  # fmt: skip
def test_names_of_many_scripts_have_their_letters(name: str) -> None:
    assert conforms(card(name))  # one letter without its glyph, and it would not


@pytest.mark.parametrize(
    "name", ["김민준", "Ada 😀", "ខ្មែរ", "a\u0301\u0489b", "x\u0000\u0007\u001fy", "ا\u0304\u0489"]
)
def test_a_name_in_a_script_without_a_font_is_no_fault(name: str) -> None:
    made = card(f"{name} Martin")
    assert is_tagged(made)
    assert "Martin" in text(made)


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1 + 1")', "*bold* _it_", "$x^2$", "@ref <label>", "= Title", "- list", "#import \"/etc/passwd\"",
        "\\u{1F600}", "a -> b -- c ... 'd'", "{name} {0}", '"}, "title": "x', "// comment /* */", "https://a.b/c",
    ],
)  # fmt: skip
def test_markup_in_a_name_is_shown_as_typed(name: str) -> None:
    found = text(card(name))
    assert name in found


def test_a_line_break_in_a_name_stays_on_its_line() -> None:
    assert "Ada Lovelace" in text(card("Ada\r\nLovelace"))


def test_a_long_name_without_a_space_stays_whole() -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff" * 2
    assert name in text(card(name)).replace(" ", "")


def test_what_follows_an_arabic_name_stays_behind_it() -> None:
    found = text(card("محمد, 4 August"))
    assert flat(found).endswith("Page 1 of 1") and ", 4 August" in found


def test_a_mistake_in_a_template_is_not_taken_for_a_letter_without_a_font() -> None:
    with pytest.raises(typst.TypstError, match="dictionary does not contain key"):
        typeset("card.typ", {"title": "nothing else"}, DAY)


@pytest.mark.slow
def test_the_wheel_makes_letters_too(unpacked: Path, tmp_path: Path) -> None:  # noqa: F811
    there = unpacked / "expat" / "_shipped" / "templates" / "letters"
    assert {file.name for file in there.rglob("*.ttf")} == {file.name for file in FONTS.glob("*.ttf")}
    code = (
        "import sys; from datetime import date; from expat.letters.card import *; from expat.periods import Period; "
        "from expat.letters.operator import Operator; import expat; assert sys.argv[2] in expat.letters.__file__; "
        "day = date(2025, 8, 4); who = Insured('Ada', day, 'member', day, Period(day, day)); "
        "made = card_page(Card('M-1', 'Expat Uno', '4', 'C', who, day, 10, 2), Operator('http://x')); "
        "open(sys.argv[1], 'wb').write(made)"
    )
    file = tmp_path / "card.pdf"
    command = [sys.executable, "-c", code, str(file), str(unpacked)]
    subprocess.run(command, check=True, cwd=tmp_path, env={"PYTHONPATH": str(unpacked), "PATH": ""})
    assert conforms(file.read_bytes()) and "Ada" in text(file.read_bytes())
