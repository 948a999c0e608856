"""What is kept of people, table by table: which rows concern somebody, what is left out of them, what is not given.

A table of the database stands in KEPT, or in NOT_GIVEN with the reason: a test looks at all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, and_, cast, false, literal, or_, select, union_all
from sqlmodel import Session, SQLModel

from expat.approvals.answer import sealed_under as answer_under
from expat.approvals.file import sealed_under as file_under
from expat.documents.keys import Keys
from expat.errors import NotFound
from expat.membership.privacy import visible_people
from expat.places import shipped
from expat.recoveries.standing import REFUSED, RELEASED, WAIVE

Where = Callable[[Any, "Circles"], Any]
Label = Callable[[Any], str]  # of a row: what its sealed text is sealed under


@dataclass(frozen=True)
class Circles:
    """Whose data are given: `own` are oneself and the minors for whom one acts, `seen` also the adults who do not keep
    their claims to themselves. `membership` is given to its member alone; everybody in it knows the `household`.
    """

    own: frozenset[int]
    seen: frozenset[int]
    membership: frozenset[int]
    household: frozenset[int]

    def of(self, name: str) -> list[int]:
        """The keys of a circle."""
        found: frozenset[int] = getattr(self, name)
        return sorted(found)


@dataclass(frozen=True)
class Kept:
    """The rows of a table that concern somebody. `without` are columns that are not given: secrets and what is sealed.

    `sealed` are columns that are opened, with what they are sealed under.
    """

    where: Where
    without: tuple[str, ...] = ()
    sealed: dict[str, Label] = field(default_factory=dict)


def circles_of(session: Session, person_id: int, membership_id: int, is_member: bool, day: Any) -> Circles:
    """What an insured person may be given on a day. Raises NotFound where nobody of that key is insured."""
    seen = visible_people(session, person_id, day)
    if person_id not in seen.whole:
        raise NotFound("person", f"there is no insured person {person_id}")
    own = frozenset({person_id}) | (seen.whole - seen.adults)
    mine = frozenset({membership_id}) if is_member else frozenset()
    return Circles(own, seen.whole, mine, frozenset({membership_id}))


def circles_for_medical(person_id: int) -> Circles:
    """What the medical department gives of one person."""
    alone = frozenset({person_id})
    return Circles(alone, alone, frozenset(), frozenset())


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


def of(column: str, circle: str) -> Where:
    """Rows whose column is one of a circle's keys."""
    return lambda table, circles: table.c[column].in_(circles.of(circle))


def via(column: str, parent: str, key: str = "id") -> Where:
    """Rows that belong to a row of another table that is given."""

    def where(table: Any, circles: Circles) -> Any:
        above = _table(parent)
        return table.c[column].in_(select(above.c[key]).where(KEPT[parent].where(above, circles)))

    return where


def under(column: str, parent: str, circle: str = "own") -> Where:
    """Rows that belong to a row of another table whose person is in a circle."""

    def where(table: Any, circles: Circles) -> Any:
        above = _table(parent)
        return table.c[column].in_(select(above.c.id).where(above.c.person_id.in_(circles.of(circle))))

    return where


def any_of(*found: Where) -> Where:
    """Rows that one of the rules gives."""
    return lambda table, circles: or_(*(where(table, circles) for where in found))


def all_of(*found: Where) -> Where:
    """Rows that each of the rules gives."""
    return lambda table, circles: and_(*(where(table, circles) for where in found))


def empty(column: str) -> Where:
    """Rows whose column says nothing."""
    return lambda table, _circles: table.c[column].is_(None)


def is_false(column: str) -> Where:
    """Rows whose column says no."""
    return lambda table, _circles: table.c[column].is_(false())


def is_not(column: str, word: str) -> Where:
    """Rows whose column is not a word."""
    return lambda table, _circles: table.c[column] != word


def _mailed(table: Any, circles: Circles) -> Any:
    """Mails to the addresses of accounts, and to that which the member gave."""
    account, member, membership = _table("account"), _table("member"), _table("membership")
    mine = select(membership.c.member_id).where(membership.c.id.in_(circles.of("membership")))
    return or_(
        table.c.to_address.in_(select(account.c.email).where(account.c.person_id.in_(circles.of("own")))),
        table.c.to_address.in_(select(member.c.email).where(member.c.id.in_(mine), member.c.email.is_not(None))),
    )


# How the trail names what concerns somebody, by table.
SUBJECTS = {
    "insured_person": "insured_person", "claim": "claim", "claim_line": "line", "approval_request": "approval",
    "message": "message", "complaint": "complaint", "data_request": "data_request", "account": "account",
    "membership": "membership", "payout": "payout", "premium": "premium", "recharge": "recharge",
    "application": "application", "amendment": "amendment", "recovery": "recovery", "cover_proof": "cover_proof",
}  # fmt: skip
# The trail of a membership is its member's; that of a person the own: what another adult did is not told.
_OF_CIRCLE = {"membership": of("id", "membership"), "insured_person": of("id", "own")}


def _trail(table: Any, circles: Circles) -> Any:
    """Acts on what concerns somebody, and what the own accounts did with themselves; not what staff did at work."""
    named, account = [], _table("account")
    for name, word in SUBJECTS.items():
        of_one = _table(name)
        where = _OF_CIRCLE.get(name, KEPT[name].where)
        subject = literal(f"{word}:") + cast(of_one.c.id, String)
        named.append(select(subject).where(where(of_one, circles)))
    actors = select(literal("account:") + cast(account.c.id, String)).where(account.c.person_id.in_(circles.of("own")))
    own_acts = and_(table.c.actor.in_(actors), table.c.action.startswith("account."))
    return or_(table.c.subject.in_(union_all(*named)), own_acts)


def _held(table: Any, _circles: Circles) -> Any:
    """Decisions on what was paid that hold, or held: the others were never told to the member."""
    event = _table("recovery_event")

    def became(kind: str) -> Any:
        return select(event.c.id).where(event.c.recovery_id == table.c.id, event.c.kind == kind).exists()

    released = or_(table.c.needs_release.is_(false()), became(RELEASED))
    return and_(table.c.kind != WAIVE, released, ~became(REFUSED))


_LINE = via("line_id", "claim_line")
_ON_CLAIM_PAPER = any_of(
    all_of(is_false("confidential"), is_not("kind", "medical_report"), _LINE), under("line_id", "claim_line")
)
_MEMBERSHIP = of("membership_id", "membership")
# Of a membership what concerns nobody alone, or somebody whose data one sees.
_SHARED = any_of(all_of(_MEMBERSHIP, empty("person_id")), of("person_id", "seen"))
_RECOVERED = via("recovery_id", "recovery")
_APPLICATION = via("application_id", "application")

KEPT: dict[str, Kept] = {
    # who somebody is
    "insured_person": Kept(of("id", "seen")),
    "member": Kept(
        lambda table, circles: table.c.id.in_(
            select(_table("membership").c.member_id).where(_table("membership").c.id.in_(circles.of("membership")))
        )
    ),
    "postal_address": Kept(via("member_id", "member")),
    "membership": Kept(of("id", "household")),
    "membership_change": Kept(_SHARED),
    "person_correction": Kept(of("person_id", "own")),
    "privacy_choice": Kept(of("person_id", "own")),
    "named_exclusion": Kept(
        of("person_id", "own"), sealed={"words": lambda row: f"exclusion of person {row.person_id}"}
    ),
    "cover_proof": Kept(of("person_id", "own")),
    "cover_proof_answer": Kept(via("proof_id", "cover_proof")),
    "death_report": Kept(_MEMBERSHIP),
    # joining and changing
    "application": Kept(any_of(under("account_id", "account"), _MEMBERSHIP)),
    "application_event": Kept(_APPLICATION, without=("told", "reason")),
    "application_document": Kept(all_of(_APPLICATION, is_false("medical"))),
    "application_consent": Kept(_APPLICATION),
    "debit_mandate": Kept(_APPLICATION),
    "amendment": Kept(_MEMBERSHIP, without=("medical",)),
    "amendment_document": Kept(all_of(via("amendment_id", "amendment"), is_false("medical"))),
    "amendment_answer": Kept(via("amendment_id", "amendment"), without=("text",)),
    "employer_pays": Kept(_MEMBERSHIP),
    "announced_change": Kept(_MEMBERSHIP),
    "announcement_step": Kept(_MEMBERSHIP),
    # claims
    "claim": Kept(
        lambda table, circles: table.c.id.in_(
            select(_table("claim_line").c.claim_id).where(_table("claim_line").c.person_id.in_(circles.of("seen")))
        )
    ),
    "claim_line": Kept(of("person_id", "seen")),
    "line_document": Kept(_ON_CLAIM_PAPER),
    "line_decision": Kept(_LINE),
    "contest": Kept(_LINE),
    "contest_answer": Kept(via("contest_id", "contest")),
    "paper_request": Kept(_LINE),
    "duplicate_review": Kept(_LINE),
    "stay_review": Kept(_LINE),
    "ceiling_use": Kept(of("person_id", "seen")),
    "claim_draft": Kept(under("account_id", "account")),
    "draft_document": Kept(via("draft_key", "claim_draft", "key")),
    "document_reading": Kept(
        any_of(via("sha256", "draft_document", "sha256"), via("sha256", "line_document", "sha256"))
    ),
    "difference": Kept(via("id", "recovery_line", "difference_id")),
    "recovery": Kept(all_of(_MEMBERSHIP, _held)),
    "recovery_line": Kept(all_of(_RECOVERED, _LINE)),
    "recovery_instalment": Kept(_RECOVERED),
    "recovery_event": Kept(_RECOVERED),
    # prior approval; what is medical in it is the person's own
    "approval_request": Kept(of("person_id", "seen")),
    "approval_answer": Kept(via("request_id", "approval_request")),
    "approval_file": Kept(under("request_id", "approval_request"), sealed={"medical": lambda row: file_under(row.key)}),
    "approval_document": Kept(under("request_id", "approval_request")),
    "approval_question": Kept(under("request_id", "approval_request")),
    "answer_reason": Kept(
        lambda table, circles: table.c.answer_id.in_(
            select(_table("approval_answer").c.id).where(
                under("request_id", "approval_request")(_table("approval_answer"), circles)
            )
        ),
        sealed={"reason": lambda row: answer_under(row.answer_id)},
    ),
    "guarantee_letter": Kept(via("answer_id", "approval_answer")),
    # money
    "recharge": Kept(of("person_id", "seen")),
    "recharge_use": Kept(via("recharge_id", "recharge")),
    "premium": Kept(_MEMBERSHIP),
    "premium_event": Kept(via("premium_id", "premium")),
    "payout": Kept(
        any_of(
            all_of(_MEMBERSHIP, lambda table, _circles: table.c.provider == ""),
            lambda table, circles: table.c.id.in_(
                select(_table("claim_line").c.payout_id).where(
                    _table("claim_line").c.person_id.in_(circles.of("seen")),
                    _table("claim_line").c.payout_id.is_not(None),
                )
            ),
        )
    ),
    "payout_account": Kept(_MEMBERSHIP),
    "settled_membership": Kept(_MEMBERSHIP),
    # accounts, letters, requests
    "account": Kept(of("person_id", "own"), without=("password_hash", "totp_secret", "totp_step")),
    "sign_in": Kept(under("account_id", "account"), without=("token_hash",)),
    "mailed_link": Kept(under("account_id", "account"), without=("token_hash",)),
    "outgoing_mail": Kept(_mailed, without=("body",)),
    "message": Kept(of("person_id", "own")),
    "message_seen": Kept(of("person_id", "own")),
    "complaint": Kept(of("person_id", "own")),
    "complaint_step": Kept(via("complaint_id", "complaint")),
    "complaint_paper": Kept(via("complaint_id", "complaint")),
    "consent": Kept(of("person_id", "own")),
    "data_request": Kept(of("person_id", "own")),
    "data_request_paper": Kept(via("request_id", "data_request")),
    "data_answer": Kept(via("request_id", "data_request")),
    "data_directive": Kept(of("person_id", "own")),
    "audit_entry": Kept(_trail),
}

# Of what nothing is given, with the reason.
NOT_GIVEN: dict[str, str] = tomllib.loads((shipped("config") / "personal_data.toml").read_text(encoding="utf-8"))[
    "not_given"
]

# What the medical department gives of one person, with what is sealed in it.
MEDICAL = (
    "insured_person", "approval_request", "approval_file", "approval_document", "approval_question", "approval_answer",
    "answer_reason", "claim", "claim_line", "line_document", "named_exclusion",
)  # fmt: skip


def rows_of(
    session: Session, name: str, kept: Kept, circles: Circles, keys: Keys | None = None, newest: int | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a table that are given, as they are kept; read slice by slice, however many they are.

    With `newest` only so many, the newest first.
    """
    table = _table(name)
    order = list(table.primary_key.columns)
    query = select(table).where(kept.where(table, circles))
    if newest is not None:
        query = query.order_by(*(column.desc() for column in order)).limit(newest)
    else:
        query = query.order_by(*order)
    for row in session.execute(query.execution_options(yield_per=500)):
        found = {column: value for column, value in row._mapping.items() if column not in kept.without}
        for column, label in kept.sealed.items():
            value = found.get(column)
            opened = keys.unseal(value, label(row)).decode() if keys is not None and value else None
            found[column] = opened
        yield found
