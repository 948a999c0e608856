"""The catalogues: English stands in the code, French in .po files, read as they are, without a compile step."""

from __future__ import annotations

import re
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from expat.errors import BadInput

LANGUAGES = ("en", "fr")
DOMAIN = "expat"
FOLDER = Path(__file__).parent.parent / "locale"

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_TYPESETTING = (
    (re.compile(r" (?=[;!?%])"), NARROW),
    (re.compile(r" (?=[:»])|(?<=«) |(?<=n°) |(?<=\{n\}) "), WIDE),
    (re.compile(r"(?<=\w)'"), "’"),
)


def N_(message: str) -> str:
    """Mark a message of a table for the catalogue; it is translated where it is used."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a message that counts, in the singular and in the plural."""
    return one, many


def catalogue_files(language: str) -> list[Path]:
    """The .po files of a language, one for each part of what Expat says."""
    return sorted((FOLDER / language / "LC_MESSAGES").glob("*.po"))


def known(language: str) -> str:
    """The language, if Expat speaks it. Raises BadInput."""
    if language not in LANGUAGES:
        raise BadInput("language", f"{language!r} is not spoken here", f"one of {', '.join(LANGUAGES)}")
    return language


def read_catalogue(language: str) -> Catalog:
    """The messages of all files of a language."""
    catalog = Catalog(locale=language, domain=DOMAIN)
    for path in catalogue_files(language):
        with path.open("rb") as file:
            for entry in read_po(file, locale=language, domain=DOMAIN, abort_invalid=True):
                catalog.add(entry.id, entry.string, flags=entry.flags)
    return catalog


@cache
def translations(language: str) -> NullTranslations:
    """The messages of a language, read once."""
    if known(language) == "en":
        return NullTranslations()
    catalog = read_catalogue(language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


@cache
def message(language: str, text: str) -> str:
    """A message in the language, typeset, its placeholders still open."""
    return _typeset(language, translations(language).gettext(text))


@cache
def counted(language: str, one: str, many: str, n: int) -> str:
    """A message that counts, for `n`, typeset, its placeholders still open."""
    return _typeset(language, translations(language).ngettext(one, many, n))


def _typeset(language: str, text: str) -> str:
    """French sets a space that does not break before : ; ! ? % and inside « », and a curved apostrophe.

    A translator types plain ones.
    """
    if language != "fr":
        return text.replace("{n} ", "{n}" + WIDE)
    for pattern, by in _TYPESETTING:
        text = pattern.sub(by, text)
    return text
