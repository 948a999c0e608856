"""The characters that every bank takes: the basic Latin set of the SEPA schemes (EPC217-08).

Letters with accents lose them (é → e, ø → o, ß → ss). Letters of another script are refused rather than
guessed at: a bank compares the name with the one it holds, and only the holder knows how it is written there.
"""

from __future__ import annotations

import re
import unicodedata

from expat.errors import BadInput

_ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
_SLASHES = re.compile("/[/ ]*/")
_PLAIN = str.maketrans(
    {
        **dict(zip("ØøŁłĐđÐðĦħŦŧıəƏƁɓƊɗƘƙƳƴƐɛƆɔ", "OoLlDdDdHhTtiaABbDdKkYyEeOo", strict=True)),
        **dict.fromkeys("’‘ʼʻʾʿ`´", "'"),
    }
    | {"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS", "Þ": "TH", "þ": "th"}
    | {"Ŋ": "NG", "ŋ": "ng", "&": "+", "_": "-"}
)


def latin(text: str, where: str) -> str:
    """The text in the characters that banks take. Raises BadInput (`where`) for letters of another script."""
    if not _ALLOWED.fullmatch(text):
        text = "".join(_plain(c, where) for c in unicodedata.normalize("NFKD", text.translate(_PLAIN)))
    # A text may neither start nor end with a slash nor hold two in a row (SEPA implementation guidelines).
    words = " ".join(text.split())
    return _SLASHES.sub("/", words).strip(" /") if "/" in words else words


def latin_needed(text: str | None, where: str, expected: str) -> str:
    """As `latin`, for what may not be empty. Raises BadInput where no letter and no digit is left."""
    written = latin(text or "", where)
    if not any(c.isalnum() for c in written):
        raise BadInput(where, "is missing", expected)
    return written


def fit(text: str, limit: int) -> str:
    """The text, cut to at most `limit` characters, without a blank or a slash at the cut."""
    return text[:limit].rstrip(" /")


def _plain(character: str, where: str) -> str:
    if _ALLOWED.fullmatch(character):
        return character
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if kind[0] == "L":
        expected = "Latin letters, spelled as the bank has it"
        raise BadInput(where, f"{character!r} is no letter that banks take", expected)
    return {"Mn": "", "Cf": "", "Pd": "-"}.get(kind, " ")
