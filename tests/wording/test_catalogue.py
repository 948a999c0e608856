"""The French catalogue: nothing untranslated, nothing left over, the same placeholders, its spaces as they must be."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from expat.errors import BadInput
from expat.wording.catalogue import NARROW, WIDE, catalogue_files, counted, message, read_catalogue
from expat.wording.voice import voice

ROOT = Path(__file__).parents[2]
KEYWORDS = {"say": None, "N_": None, "plural": (1, 2), "NN_": (1, 2)}
FOLDERS = ("wording", "portal", "letters", "mail", "jobs", "collecting")
CODE = [
    *(path for folder in FOLDERS for path in (ROOT / "expat" / folder).rglob("*.py")),
    *(ROOT / "expat" / "payments").glob("statement*.py"),
    *(ROOT / "expat" / "demo" / name for name in ("accounts.py", "pages.py")),
]
TEMPLATES = [
    *(ROOT / "templates" / "statement").glob("*.txt"),
    *(ROOT / "templates" / "mail").glob("*.txt"),
    *(ROOT / "templates" / "portal").rglob("*.html"),
]
BLOCKS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}

Message = str | tuple[str, ...]


@cache
def said() -> frozenset[Message]:
    """Every message in the code and in the templates."""
    found = {m for f in CODE for _, m, _, _ in extract_from_file("python", f, keywords=KEYWORDS)}
    jinja = "jinja2.ext:babel_extract"
    return frozenset(
        found | {m for f in TEMPLATES for _, m, _, _ in extract_from_file(jinja, f, keywords=KEYWORDS, options=BLOCKS)}
    )


@cache
def french() -> Catalog:
    return read_catalogue("fr")


def translated() -> dict[Message, tuple[str, ...]]:
    return {m.id: m.string if isinstance(m.string, tuple) else (m.string,) for m in french() if m.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_message_is_translated() -> None:
    assert len(said()) > 200
    assert said() - translated().keys() == set()
    assert [m for m, strings in translated().items() if not all(strings)] == []
    assert [m.id for m in french() if m.fuzzy] == []


def test_nothing_is_translated_that_is_no_longer_said() -> None:
    assert translated().keys() - said() == set()


def test_a_translation_has_the_placeholders_of_its_message() -> None:
    for original, strings in translated().items():
        wanted = placeholders(original if isinstance(original, str) else original[-1])
        for string in strings:
            assert placeholders(string) == wanted, original


def test_french_spaces_before_punctuation_do_not_break() -> None:
    for original in said():
        one, many = (original, original) if isinstance(original, str) else original
        text = message("fr", one) if one == many else counted("fr", one, many, 2)
        assert not re.search(r" [:;!?%»]|« ", text), text


def test_french_apostrophes_are_curved() -> None:
    for original in said():
        one, many = (original, original) if isinstance(original, str) else original
        text = message("fr", one) if one == many else counted("fr", one, many, 2)
        assert not re.search(r"\w'", text), text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ève Dupont", "Compte d’Ève Dupont"),
        ("Yves", "Compte d’Yves"),
        ("Œdipe", "Compte d’Œdipe"),
        ("Yasmine", "Compte de Yasmine"),
        ("Hugo", "Compte de Hugo"),
        ("Camille", "Compte de Camille"),
    ],
)
def test_de_loses_its_e_before_a_vowel(name: str, said: str) -> None:
    assert voice("fr").say("Account of {name}", name=name) == said
    assert voice("en").say("Account of {name}", name=name) == f"Account of {name}"


# No translation mixes two names of one thing: the contract says « délais d'attente », « unité de gestion » and
# « département médical ».
OTHER_WORDS = re.compile(r"carence|centre de gestion|service médical", re.IGNORECASE)


def test_one_thing_has_the_contract_s_one_name() -> None:
    wrong = [strings for strings in translated().values() for string in strings if OTHER_WORDS.search(string)]
    assert wrong == []


def test_a_translator_types_plain_spaces() -> None:
    for path in catalogue_files("fr"):
        text = path.read_text(encoding="utf-8")
        assert NARROW not in text, path.name
        assert WIDE not in text, path.name


def test_two_files_do_not_translate_the_same_message_differently() -> None:
    seen: dict[Message, object] = {}
    for path in catalogue_files("fr"):
        with path.open("rb") as file:
            for entry in read_po(file, locale="fr"):
                if entry.id:
                    assert seen.setdefault(entry.id, entry.string) == entry.string, (path.name, entry.id)


def test_placeholders_are_filled_after_the_spaces_are_set() -> None:
    quoted = 'In the French contract: "{article}"'
    assert voice("fr").say(quoted, article="A : B") == f"Contrat{WIDE}: A : B"
    assert voice("en").say(quoted, article="{day}") == 'In the French contract: "{day}"'


def test_french_counts_nothing_in_the_singular() -> None:
    acts = [voice("fr").plural("{n} act", "{n} acts", n) for n in (0, 1, 2)]
    assert acts == [f"0{WIDE}acte", f"1{WIDE}acte", f"2{WIDE}actes"]
    assert voice("en").plural("{n} act", "{n} acts", 0) == f"0{WIDE}acts"


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(BadInput, match="language: 'de' is not spoken here; one of en, fr"):
        voice("de")
