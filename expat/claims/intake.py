"""What a claim must say: checked field by field before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

import orjson
import pycountry
from moneyed import Money

from expat.claims.dossier import Dossier
from expat.claims.lines import MOST_LINES
from expat.claims.written import storable
from expat.errors import BadInput
from expat.money import to_minor
from expat.periods import plausible
from expat.plans.schema import CAUSES, DOCUMENTS

MOST_UNITS = 1000
LARGEST = 10**15
LONGEST_TEXT = 200


@dataclass(frozen=True)
class NewLine:
    """A line as it comes in. `person` is the insured person's key; `documents` the kinds that came with it.

    `quantity` defaults to the days of a stay, else 1; `files` are kept documents (sha256) by kind, of which several
    can be of one kind. `confidential` names kinds, or single documents, that the medical department alone may read.
    """

    person: int
    care: str
    first_day: date
    amount: Money
    country: str
    last_day: date | None = None
    quantity: int | None = None
    cause: str = "illness"
    stay_days: int | None = None
    documents: frozenset[str] | None = None
    files: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    confidential: frozenset[str] = frozenset()
    invoice: str | None = None
    series: str | None = None
    treatment_started: date | None = None
    provider: str | None = None
    accepted_amount: Decimal | None = None
    accepted_why: str | None = None

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The kept documents of a kind; the same one counts once."""
        found = self.files.get(kind, ())
        return (found,) if isinstance(found, str) else tuple(dict.fromkeys(found))

    @property
    def papers(self) -> frozenset[str]:
        """The kinds of papers that came, with a file or without."""
        return (self.documents or frozenset()) | frozenset(kind for kind in self.files if self.of_kind(kind))


@dataclass(frozen=True)
class NewClaim:
    """A claim as it comes in: its lines, the day on which it was received, and the sender's key for it."""

    lines: Sequence[NewLine]
    received_on: date
    key: str
    submitted_by: str = "member"


def is_country(code: str) -> bool:
    """Whether the code is a country of ISO 3166-1, or Kosovo's user-assigned one."""
    return code == "XK" or (code.isupper() and pycountry.countries.get(alpha_2=code) is not None)


def check(claim: NewClaim, dossier: Dossier) -> None:
    """Raise BadInput at the first field that cannot be right, such as `lines[2].country`."""
    if not claim.lines:
        raise BadInput("lines", "the claim has none", "one line for each kind of care on the invoice")
    if len(claim.lines) > MOST_LINES:
        raise BadInput("lines", f"{len(claim.lines)} in one claim", f"at most {MOST_LINES}; send more than one claim")
    if not claim.key or len(claim.key) > 100:
        raise BadInput("key", "is empty or too long", "1 to 100 characters")
    for index, line in enumerate(claim.lines):
        _check_line(f"lines[{index}]", line, dossier)


def _check_line(at: str, line: NewLine, dossier: Dossier) -> None:
    if line.person not in dossier.people:
        raise BadInput(f"{at}.person", "is not insured by this membership", "one of its insured persons")
    edition = dossier.plan.on(line.first_day)
    if not edition.known_care(line.care):
        raise BadInput(f"{at}.care", f"{line.care!r} is no care of the plan", "a code of `expat plan show`")
    if not is_country(line.country):
        raise BadInput(f"{at}.country", f"{line.country!r} is no country", "an ISO 3166-1 code such as SG")
    if line.cause not in CAUSES:
        raise BadInput(f"{at}.cause", f"{line.cause!r} is unknown", f"one of {', '.join(sorted(CAUSES))}")
    _check_amounts(at, line)
    _check_days(at, line)
    for name in ("invoice", "series", "provider"):
        if (text := getattr(line, name)) is not None and (len(text) > LONGEST_TEXT or not storable(text)):
            raise BadInput(f"{at}.{name}", "cannot be kept", f"text of at most {LONGEST_TEXT} characters")
    if unknown := line.papers - DOCUMENTS:
        raise BadInput(f"{at}.documents", f"{min(unknown)!r} is unknown", f"of {', '.join(sorted(DOCUMENTS))}")


def _check_amounts(at: str, line: NewLine) -> None:
    currency = line.amount.currency.code
    try:
        units = to_minor(line.amount.amount, currency)
        accepted = 0 if line.accepted_amount is None else to_minor(line.accepted_amount, currency)
    except BadInput as wrong:
        raise BadInput(f"{at}.amount", wrong.problem, wrong.expected) from wrong
    if not 0 < units <= LARGEST:
        raise BadInput(f"{at}.amount", f"{line.amount.amount} {currency}", "an amount above zero, as invoiced")
    if not 0 <= accepted <= units:
        raise BadInput(f"{at}.accepted_amount", "lies outside the invoice", "from 0 to the amount invoiced")


def _check_days(at: str, line: NewLine) -> None:
    for name, day in (("on", line.first_day), ("until", line.last_day), ("started", line.treatment_started)):
        if day is not None:
            plausible(day, f"{at}.{name}")
    if line.last_day is not None and line.last_day < line.first_day:
        raise BadInput(f"{at}.until", f"{line.last_day} lies before {line.first_day}", "the last day of care")
    if line.quantity is not None and not 1 <= line.quantity <= MOST_UNITS:
        raise BadInput(f"{at}.quantity", f"{line.quantity}", f"a whole number from 1 to {MOST_UNITS}")
    if line.stay_days is not None and line.stay_days < 0:
        raise BadInput(f"{at}.stay_days", f"{line.stay_days}", "the length of the stay in days")


def content_hash(claim: NewClaim) -> str:
    """The hash of what the claim says: the same lines, the same hash, whatever the key."""
    return sha256(orjson.dumps([_said(line) for line in claim.lines], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _said(line: NewLine) -> dict[str, object]:
    return {
        **{name: getattr(line, name) for name in _PLAIN},
        "amount": f"{line.amount.amount.normalize()} {line.amount.currency.code}",
        "documents": sorted(line.documents or ()),
        "files": [_files_said(line, kind) for kind in sorted(line.files) if line.of_kind(kind)],
    }


def _files_said(line: NewLine, kind: str) -> tuple[str, str | list[str]]:
    """The documents of a kind: a single one stands alone, so that the hashes of earlier claims stay what they are."""
    found = sorted(line.of_kind(kind))
    return kind, found[0] if len(found) == 1 else found


_PLAIN = (
    "person", "care", "first_day", "last_day", "quantity", "country", "cause", "stay_days", "invoice", "series",
    "treatment_started", "provider",
)  # fmt: skip
