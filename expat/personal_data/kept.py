"""What is kept of people, table by table: which rows concern somebody, what is left out of them, what is not given.

A table of the database stands in KEPT, or in NOT_GIVEN with the reason: a test looks at all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, and_, cast, false, literal, or_, select, union_all
from sqlmodel import Session

from expat.approvals.answer import sealed_under as answer_under
from expat.approvals.file import sealed_under as file_under
from expat.db import table_named
from expat.documents.keys import Keys
from expat.personal_data.whose import (
    Circles,
    Kept,
    Where,
    all_of,
    any_of,
    empty,
    is_false,
    is_not,
    of,
    under,
)
from expat.places import shipped
from expat.recoveries.standing import REFUSED, RELEASED, WAIVE


def via(column: str, parent: str, key: str = "id") -> Where:
    """Rows that belong to a row of another table that is given."""

    def where(table: Any, circles: Circles) -> Any:
        above = table_named(parent)
        return table.c[column].in_(select(above.c[key]).where(KEPT[parent].where(above, circles)))

    return where


def _mailed(table: Any, circles: Circles) -> Any:
    """Mails to the addresses of accounts, and to that which the member gave."""
    account, member, membership = table_named("account"), table_named("member"), table_named("membership")
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
    "mandate": "mandate",
}  # fmt: skip
# The trail of a membership is its member's; that of a person the own: what another adult did is not told.
_OF_CIRCLE = {"membership": of("id", "membership"), "insured_person": of("id", "own")}


def _trail(table: Any, circles: Circles) -> Any:
    """Acts on what concerns somebody, and what the own accounts did with themselves; not what staff did at work."""
    named, account = [], table_named("account")
    for name, word in SUBJECTS.items():
        of_one = table_named(name)
        where = _OF_CIRCLE.get(name, KEPT[name].where)
        subject = literal(f"{word}:") + cast(of_one.c.id, String)
        named.append(select(subject).where(where(of_one, circles)))
    actors = select(literal("account:") + cast(account.c.id, String)).where(account.c.person_id.in_(circles.of("own")))
    own_acts = and_(table.c.actor.in_(actors), table.c.action.startswith("account."))
    return or_(table.c.subject.in_(union_all(*named)), own_acts)


def _held(table: Any, _circles: Circles) -> Any:
    """Decisions on what was paid that hold, or held: the others were never told to the member."""
    event = table_named("recovery_event")

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
_MANDATE = via("mandate_id", "mandate")

KEPT: dict[str, Kept] = {
    # who somebody is
    "insured_person": Kept(of("id", "seen")),
    "member": Kept(
        lambda table, circles: table.c.id.in_(
            select(table_named("membership").c.member_id).where(
                table_named("membership").c.id.in_(circles.of("membership"))
            )
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
    "estate_account": Kept(_MEMBERSHIP),
    "estate_account_answer": Kept(via("estate_id", "estate_account")),
    "end_paper": Kept(of("person_id", "own")),
    "end_paper_answer": Kept(via("paper_id", "end_paper")),
    # joining and changing
    "application": Kept(any_of(under("account_id", "account"), _MEMBERSHIP)),
    "application_event": Kept(_APPLICATION, without=("told", "reason")),
    "application_document": Kept(all_of(_APPLICATION, is_false("medical"))),
    "application_consent": Kept(_APPLICATION),
    "debit_mandate": Kept(_APPLICATION),
    "declaration_link": Kept(_APPLICATION, without=("token_hash",)),
    "invited_application": Kept(_APPLICATION),
    "amendment": Kept(_MEMBERSHIP, without=("medical",)),
    "amendment_offer": Kept(via("amendment_id", "amendment"), without=("care", "words", "text")),
    "amendment_document": Kept(all_of(via("amendment_id", "amendment"), is_false("medical"))),
    "amendment_answer": Kept(via("amendment_id", "amendment"), without=("text",)),
    "employer_pays": Kept(_MEMBERSHIP),
    "mandate": Kept(any_of(all_of(_MEMBERSHIP, empty("person_id")), of("person_id", "own"))),
    "mandate_right": Kept(_MANDATE),
    "mandate_step": Kept(_MANDATE),
    "mandate_paper": Kept(_MANDATE),
    "mandate_payee": Kept(_MANDATE),
    "mandate_payout": Kept(_MANDATE),
    "mandate_account": Kept(_MANDATE),
    "announced_change": Kept(_MEMBERSHIP),
    "announcement_step": Kept(_MEMBERSHIP),
    # claims
    "claim": Kept(
        lambda table, circles: table.c.id.in_(
            select(table_named("claim_line").c.claim_id).where(
                table_named("claim_line").c.person_id.in_(circles.of("seen"))
            )
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
    "set_off": Kept(_RECOVERED),
    "set_off_event": Kept(via("set_off_id", "set_off")),
    "payout_part": Kept(_RECOVERED),
    # prior approval; what is medical in it is the person's own
    "approval_request": Kept(of("person_id", "seen")),
    "approval_answer": Kept(via("request_id", "approval_request")),
    "approval_file": Kept(under("request_id", "approval_request"), sealed={"medical": lambda row: file_under(row.key)}),
    "approval_document": Kept(under("request_id", "approval_request")),
    "approval_question": Kept(under("request_id", "approval_request")),
    "answer_reason": Kept(
        lambda table, circles: table.c.answer_id.in_(
            select(table_named("approval_answer").c.id).where(
                under("request_id", "approval_request")(table_named("approval_answer"), circles)
            )
        ),
        sealed={"reason": lambda row: answer_under(row.answer_id)},
    ),
    "guarantee_letter": Kept(via("answer_id", "approval_answer")),
    # money
    "recharge": Kept(of("person_id", "seen")),
    "recharge_use": Kept(via("recharge_id", "recharge")),
    "chosen_option": Kept(_SHARED),
    "premium": Kept(_MEMBERSHIP),
    "premium_event": Kept(via("premium_id", "premium")),
    "premium_terms": Kept(_MEMBERSHIP),
    "premium_schedule": Kept(_MEMBERSHIP),
    "premium_contest": Kept(via("premium_id", "premium")),
    "premium_contest_answer": Kept(via("premium_id", "premium")),
    "premium_mandate": Kept(_MEMBERSHIP),
    "premium_open": Kept(_MEMBERSHIP),
    "premium_line": Kept(_MEMBERSHIP),
    "premium_allocation": Kept(via("premium_id", "premium")),
    "premium_refund": Kept(_MEMBERSHIP),
    "premium_payment": Kept(_MEMBERSHIP, without=("entered_by", "confirmed_by")),
    "premium_payment_undone": Kept(via("payment_id", "premium_payment"), without=("recorded_by",)),
    "debit_item": Kept(_MEMBERSHIP),
    "payout": Kept(
        any_of(
            all_of(_MEMBERSHIP, lambda table, _circles: table.c.provider == ""),
            lambda table, circles: table.c.id.in_(
                select(table_named("claim_line").c.payout_id).where(
                    table_named("claim_line").c.person_id.in_(circles.of("seen")),
                    table_named("claim_line").c.payout_id.is_not(None),
                )
            ),
        )
    ),
    "payout_account": Kept(any_of(_MEMBERSHIP, via("id", "mandate_payee", "account_id"))),
    "settled_membership": Kept(_MEMBERSHIP),
    # accounts, letters, requests
    "account": Kept(of("person_id", "own"), without=("password_hash", "totp_secret", "totp_step")),
    "sign_in": Kept(under("account_id", "account"), without=("token_hash",)),
    "mailed_link": Kept(under("account_id", "account"), without=("token_hash",)),
    "outgoing_mail": Kept(_mailed, without=("body",)),
    "postal_letter": Kept(_MEMBERSHIP),
    "posted_letter": Kept(via("letter_id", "postal_letter")),
    "message": Kept(of("person_id", "own")),
    "message_paper": Kept(via("message_id", "message")),
    "message_paper_taken": Kept(via("paper_id", "message_paper")),
    "message_seen": Kept(of("person_id", "own")),
    "complaint": Kept(of("person_id", "own")),
    "complaint_step": Kept(via("complaint_id", "complaint")),
    "complaint_paper": Kept(via("complaint_id", "complaint")),
    "consent": Kept(of("person_id", "own")),
    "data_request": Kept(of("person_id", "own")),
    "data_request_paper": Kept(via("request_id", "data_request")),
    "data_answer": Kept(via("request_id", "data_request")),
    "data_directive": Kept(of("person_id", "own")),
    "restriction": Kept(of("person_id", "own")),
    "restriction_use": Kept(of("person_id", "own")),
    "restriction_end": Kept(via("restriction_id", "restriction")),
    "erased_membership": Kept(_MEMBERSHIP),
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
    table = table_named(name)
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
