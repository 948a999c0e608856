"""What people write: a reason, an answer, a message."""

from __future__ import annotations

import unicodedata

from expat.errors import BadInput

LONGEST = 4000
_CONTROL = {"Cc", "Cs"}
_LAYOUT = "\n\t"


def written(where: str, text: str, longest: int = LONGEST) -> str:
    """The text without what surrounds it, lines ended alike. Raises BadInput naming `where` for none, or too much."""
    said = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not said:
        raise BadInput(where, "is empty", f"1 to {longest} characters")
    if len(said) > longest:
        raise BadInput(where, f"has {len(said)} characters", f"1 to {longest} characters")
    if not storable(said):
        raise BadInput(where, "has characters that cannot be kept", "text without control characters")
    return said


def storable(text: str) -> bool:
    """Whether both databases can keep the text: control characters and halves of characters they cannot."""
    return not any(unicodedata.category(c) in _CONTROL and c not in _LAYOUT for c in text)
