"""Which names are taken for the same, and whom a date of birth rules out."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.errors import BadInput
from expat.screening.likeness import load
from expat.screening.names import Index, Listed, can_be, folded


def index(*names: str, births: tuple[str, ...] = (), subject: str = "person") -> Index:
    return Index(Listed(f"EU.{n}", subject, name, folded(name), births) for n, name in enumerate(names))


def found(listed: str, asked: str, born: date | None = None, **more: object) -> bool:
    return bool(index(listed, **more).matches(asked, born))  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [
    "Jose Maria Oster-Nunez", "ØSTER-NÚÑEZ, José María", "Nunez Oster Maria Jose", "José-Maria Östér Núñes",
    "Jose Oster Nunez", "Jose Maria Carlos Oster Nunez",
])  # fmt: skip
def test_accents_order_a_letter_and_a_middle_name_do_not_matter(asked: str) -> None:
    assert found("José María Øster-Núñez", asked)


@pytest.mark.parametrize("asked", ["José", "María Ostrova", "Jo Nu", "Martin Oster", "", "—"])
def test_other_names_are_other_people(asked: str) -> None:
    assert not found("José María Øster-Núñez", asked)


def test_names_of_one_script_are_compared_with_each_other_alone() -> None:
    assert found("Ада Лавлейс", "АДА ЛАВЛЕЙС")
    assert not found("Ада Лавлейс", "Ada Lovelace")


def test_an_enterprise_is_no_person() -> None:
    doom = index("Mount Doom Hospital", subject="enterprise")
    assert not doom.matches("Mount Doom Hospital", None)
    assert doom.matches("Mount Doom Hospital", None, persons_alone=False)


@pytest.mark.parametrize(("births", "meant"), [
    ((), True), (("1985-05-02",), True), (("1985-02-05",), True), (("1985-05-03",), False), (("1985",), True),
    (("1986",), True), (("1987",), False), (("1980-1990",), True), (("1987-1990",), False),
    (("1950-01-01", "1985-05-02"), True),
])  # fmt: skip
def test_a_birth_rules_out(births: tuple[str, ...], meant: bool) -> None:
    assert can_be(date(1985, 5, 2), births) is meant
    assert can_be(None, births)


@given(st.lists(st.sampled_from(["ada", "Zoë", "Łukasz", "O'Neil", "van", "Ng", "Øst"]), min_size=2, max_size=5))
def test_a_name_is_like_itself_in_any_order(words: list[str]) -> None:
    if len(set(words)) > 1:
        assert found(" ".join(words), " ".join(reversed(words)).upper())


def test_many_people_against_thirty_thousand_names_take_seconds() -> None:
    starts = [a + b for a in ("mar", "ka", "lo", "shi", "ber") for b in ("ti", "ro", "na", "ku")]
    words = [start + end for start in starts for end in "abcdefghij"]
    names = [f"{words[n % 200]} {words[(n * 7 + n // 200) % 200]} {words[(n * 13) % 200]}" for n in range(30_000)]
    listed, started = index(*names), process_time()
    for n in range(500):
        listed.matches(f"{words[(n * 3) % 200]}x {words[(n * 11) % 200]}y", date(1980, 1, 1))
    assert process_time() - started < 30


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[likeness]\nnear = 101\nnear_word = 82\nyears_apart = 1\n", "likeness.near: 101 is no figure"),
        ("[likeness]\nnear = 88\nyears_apart = 1\n", "likeness.near_word: None is no figure"),
        ("[likeness]\nnear = 88\nnear_word = 82\nyears_apart = 1\nfar = 1\n", "'far' is unknown"),
    ],
)
def test_figures_that_cannot_be_right_are_refused(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "screening.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=re.escape(problem)):
        load(file)
