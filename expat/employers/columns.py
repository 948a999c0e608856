"""The columns of the file in which an employer announces people: their names in English and French."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

JOINER, LEAVER, CHANGE = "joiner", "leaver", "change"
ACTIONS = (JOINER, LEAVER, CHANGE)
ROLES = ("member", "spouse", "child")
REASONS = ("lost_status", "return_to_france", "member")

# What may be written in a cell, besides the word itself.
WORDS = {
    "arrivee": JOINER, "entree": JOINER, "adhesion": JOINER, "depart": LEAVER, "sortie": LEAVER, "radiation": LEAVER,
    "modification": CHANGE, "changement": CHANGE, "adherent": "member", "salarie": "member", "assure": "member",
    "conjoint": "spouse", "partenaire": "spouse", "partner": "spouse", "enfant": "child", "english": "en",
    "anglais": "en", "french": "fr", "francais": "fr", "fin de contrat": "lost_status",
    "perte du statut": "lost_status", "retour en france": "return_to_france", "demande de l'adherent": "member",
}  # fmt: skip


class Column(NamedTuple):
    """A column: its name in English and French, and for which actions a row needs it."""

    name: str
    french: str
    needed_by: tuple[str, ...] = ()


COLUMNS = (
    Column("action", "action", ACTIONS),
    Column("membership", "adhesion", (LEAVER, CHANGE)),
    Column("family", "famille"),
    Column("role", "role", (JOINER,)),
    Column("first_name", "prenom", (JOINER,)),
    Column("last_name", "nom", (JOINER,)),
    Column("born", "naissance", (JOINER,)),
    Column("nationality", "nationalite", (JOINER,)),
    Column("effective", "effet", ACTIONS),
    Column("email", "courriel"),
    Column("language", "langue"),
    Column("residence", "residence"),
    Column("formula", "formule"),
    Column("zone", "zone"),
    Column("currency", "devise"),
    Column("reason", "motif"),
    Column("street", "rue", (CHANGE,)),
    Column("postcode", "code_postal"),
    Column("town", "ville", (CHANGE,)),
)
NAMES = tuple(column.name for column in COLUMNS)
NEEDED = tuple(column.name for column in COLUMNS if column.needed_by)
OF_MEMBER = ("email", "residence", "formula", "zone")  # a joiner who is the member needs these as well
CHANGEABLE = ("residence", "street", "postcode", "town")  # an address, with the country where that changes too


def folded(text: str) -> str:
    """A text without capitals, accents and double spaces."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


_BY_NAME = {word: column.name for column in COLUMNS for word in (column.name, column.french)}


def column_of(title: str) -> str | None:
    """The column that a title names, in English or French; None where it names none."""
    plain = folded(title).replace("-", "_").replace(" ", "_").strip("_*")
    return _BY_NAME.get(plain)


def word_of(text: str) -> str:
    """The word of ours that a cell means, such as `spouse` for Conjoint; the cell itself where it means none."""
    plain = folded(text)
    return WORDS.get(plain, plain.replace(" ", "_"))


def letter(place: int) -> str:
    """The letter by which a spreadsheet names a column, from 0 on: A, B, ... AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name
