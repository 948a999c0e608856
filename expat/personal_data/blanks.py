"""What an erasure takes out of which tables, and how their rows belong to what is past its time.

What stays says that something happened, when and to what key: books, decisions and the trail stay whole. What was
personal in it becomes blank, by the one way that the database leaves open (`expat.guards.erasable`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, LargeBinary, or_, select

from expat.db import Json, table_named
from expat.guards import BLANK_DAY, GONE


class Blanked(NamedTuple):
    """Of what (a table whose keys are past their time) which columns of which tables become blank."""

    subject: str
    tables: dict[str, tuple[str, ...]]


# A claim's medical papers are those that `medical_papers` names; its invoices go with the payments that they prove.
BLANKED: dict[str, Blanked] = {
    "medical": Blanked("membership", {
        "approval_file": ("medical", "provider"), "approval_question": ("text",), "approval_document": ("name",),
        "answer_reason": ("reason",), "approval_answer": ("override",),
        "health_declaration": ("answers", "signed_by"), "application_event": ("told", "reason"),
        "application_document": ("name",), "amendment": ("medical",), "amendment_answer": ("text",),
        "amendment_document": ("name",), "named_exclusion": ("words",), "line_document": ("sha256",),
        "amendment_declaration": ("answers", "signed_by"), "amendment_offer": ("words", "text"),
        "message_paper": ("name",),
    }),
    "memberships": Blanked("membership", {
        "contest": ("reason",), "contest_answer": ("answer",), "paper_request": ("why",), "duplicate_review": ("why",),
        "stay_review": ("why",), "claim_line": ("accepted_why",), "cover_proof": ("name",),
        "cover_proof_answer": ("why",), "death_report": ("told_by", "contact_name", "contact_email", "contact_address"),
        "postal_address": ("street", "building", "postcode", "town"), "amendment": ("content",),
        "announced_change": ("content",), "announcement_step": ("why",), "application": ("content",),
        "application_event": ("detail",), "application_document": ("name",), "amendment_document": ("name",),
        "data_directive": ("text",), "screening_hit": ("name", "born"), "screening_answer": ("why",),
        "restriction_use": ("why",), "restriction_end": ("why",), "end_paper": ("name",), "end_paper_answer": ("why",),
        "mandate": ("name", "born", "street", "postcode", "town", "email"), "mandate_paper": ("name",),
        "mandate_step": ("why",), "suspicion": ("facts",), "suspicion_answer": ("why",),
    }),
    "payments": Blanked("membership", {
        "claim_line": ("invoice", "provider"), "line_decision": ("facts", "trace"), "line_document": ("sha256",),
        "difference": ("trace",), "recovery": ("reason",), "recovery_event": ("text",),
        "debit_mandate": ("holder", "iban", "text"), "premium_mandate": ("holder", "iban", "original_iban"),
        "premium_contest": ("reason",), "premium_contest_answer": ("answer",), "postal_letter": ("facts",),
        "posted_letter": ("recipient",), "estate_account": ("account", "name"),
        "estate_account_answer": ("why",), "set_off": ("reason",), "set_off_event": ("text",),
        "money_proposal": ("reason",),
        "payout_account": (
            "holder", "iban", "number", "bic", "clearing_system", "clearing_member", "bank_name", "bank_town",
            "street", "building", "postcode", "town",
        ),
    }),
    "complaints": Blanked(
        "complaint", {"complaint": ("text",), "complaint_step": ("text",), "complaint_paper": ("name",)}
    ),
    "messages": Blanked("message", {"message": ("text",), "message_paper": ("name",)}),
    "requests": Blanked("data_request", {
        "data_request": ("value", "text"), "data_answer": ("text",), "data_request_paper": ("name",),
        "person_correction": ("before", "after"),
    }),
    "trail": Blanked("audit_entry", {"audit_entry": ("actor", "subject", "detail")}),
    "applications": Blanked("application", {
        "application": ("content",), "application_event": ("detail", "told", "reason"),
        "health_declaration": ("answers", "signed_by"), "application_document": ("name",),
        "debit_mandate": ("holder", "iban", "text"),
    }),
    "announcements": Blanked("announced_joiner", {
        "announced_joiner": ("first_name", "last_name", "born", "nationality", "email", "residence"),
        "announcement_step": ("why",),
    }),
    "bank_statements": Blanked("bank_entry", {
        "bank_entry": ("text",), "bank_part": ("remittance", "name", "iban", "end_to_end_id"),
        "money_proposal": ("reason",),
    }),
    "bank_files": Blanked("bank_file", {"bank_file": ("content",)}),
    "debit_files": Blanked("debit_batch", {"debit_batch": ("content",)}),
    "applicant_checks": Blanked(
        "screening_hit", {"screening_hit": ("name", "born"), "screening_answer": ("why",)}
    ),
}  # fmt: skip

# Of these nothing is left: whole rows go, the table that names the other first.
DROPPED: dict[str, tuple[str, ...]] = {"consents": ("consent",), "drafts": ("draft_document", "claim_draft")}

# The columns by which a table's rows belong to other tables'.
_PATHS: dict[str, tuple[tuple[str, str], ...]] = {
    "amendment": (("membership_id", "membership"),),
    "amendment_answer": (("amendment_id", "amendment"),),
    "amendment_declaration": (("amendment_id", "amendment"),),
    "amendment_document": (("amendment_id", "amendment"),),
    "amendment_offer": (("amendment_id", "amendment"),),
    "announced_change": (("membership_id", "membership"),),
    "announcement_step": (("membership_id", "membership"), ("joiner_id", "announced_joiner")),
    "answer_reason": (("answer_id", "approval_answer"),),
    "application": (("membership_id", "membership"),),
    "application_document": (("application_id", "application"),),
    "application_event": (("application_id", "application"),),
    "approval_answer": (("request_id", "approval_request"),),
    "approval_document": (("request_id", "approval_request"),),
    "approval_file": (("request_id", "approval_request"),),
    "approval_question": (("request_id", "approval_request"),),
    "approval_request": (("membership_id", "membership"),),
    "claim_line": (("membership_id", "membership"),),
    "complaint_paper": (("complaint_id", "complaint"),),
    "complaint_step": (("complaint_id", "complaint"),),
    "contest": (("line_id", "claim_line"),),
    "contest_answer": (("contest_id", "contest"),),
    "bank_part": (("bank_entry_id", "bank_entry"),),
    "cover_proof": (("membership_id", "membership"),),
    "cover_proof_answer": (("proof_id", "cover_proof"),),
    "data_answer": (("request_id", "data_request"),),
    "data_directive": (("person_id", "insured_person"),),
    "data_request_paper": (("request_id", "data_request"),),
    "death_report": (("membership_id", "membership"),),
    "debit_mandate": (("application_id", "application"),),
    "difference": (("membership_id", "membership"),),
    "draft_document": (("draft_key", "claim_draft"),),
    "duplicate_review": (("membership_id", "membership"),),
    "end_paper": (("membership_id", "membership"),),
    "end_paper_answer": (("paper_id", "end_paper"),),
    "estate_account": (("membership_id", "membership"),),
    "estate_account_answer": (("estate_id", "estate_account"),),
    "health_declaration": (("application_id", "application"),),
    "insured_person": (("membership_id", "membership"),),
    "line_decision": (("line_id", "claim_line"),),
    "line_document": (("line_id", "claim_line"),),
    "mandate": (("membership_id", "membership"),),
    "mandate_account": (("mandate_id", "mandate"),),
    "mandate_paper": (("mandate_id", "mandate"),),
    "mandate_payee": (("mandate_id", "mandate"),),
    "mandate_step": (("mandate_id", "mandate"),),
    "message": (("membership_id", "membership"),),
    "message_paper": (("message_id", "message"),),
    "money_proposal": (("part_id", "bank_part"), ("premium_id", "premium"), ("refund_id", "premium_refund")),
    "named_exclusion": (("person_id", "insured_person"),),
    "paper_request": (("membership_id", "membership"),),
    "payout_account": (("membership_id", "membership"), ("id", "mandate_payee")),  # an agent's: by the mandate
    "person_correction": (("request_id", "data_request"),),
    "postal_address": (("member_id", "member"),),
    "postal_letter": (("membership_id", "membership"),),
    "posted_letter": (("letter_id", "postal_letter"),),
    "premium": (("membership_id", "membership"),),
    "premium_contest": (("premium_id", "premium"),),
    "premium_contest_answer": (("premium_id", "premium"),),
    "premium_mandate": (("membership_id", "membership"),),
    "premium_refund": (("membership_id", "membership"),),
    "recovery": (("membership_id", "membership"),),
    "recovery_event": (("recovery_id", "recovery"),),
    "restriction": (("membership_id", "membership"),),
    "restriction_end": (("restriction_id", "restriction"),),
    "restriction_use": (("person_id", "insured_person"),),
    "screening_answer": (("hit_id", "screening_hit"),),
    "screening_hit": (("membership_id", "membership"),),
    "set_off": (("recovery_id", "recovery"),),
    "set_off_event": (("set_off_id", "set_off"),),
    "stay_review": (("membership_id", "membership"),),
    "suspicion": (("membership_id", "membership"),),
    "suspicion_answer": (("suspicion_id", "suspicion"),),
}
_KEYS = {"claim_draft": "key", "mandate_payee": "account_id"}
MEDICAL_REPORT = "medical_report"


def table(name: str) -> Any:
    """A table by its name."""
    return table_named(name)


def belongs(name: str, subject: str, keys: Collection[Any]) -> Any:
    """Which rows of a table belong to keys of another, or are these."""
    own = table(name)
    if name == subject:
        return own.c[_KEYS.get(name, "id")].in_(list(keys))
    if name == "member":
        mine = table("membership")
        return own.c.id.in_(select(mine.c.member_id).where(mine.c.id.in_(list(keys))))
    ways = [(column, above) for column, above in _PATHS[name] if _leads(above, subject)]
    return or_(*(_by(own.c[column], above, subject, keys) for column, above in ways))


def _by(column: Any, above: str, subject: str, keys: Collection[Any]) -> Any:
    if above == subject:
        return column.in_(list(keys))
    return column.in_(select(table(above).c[_KEYS.get(above, "id")]).where(belongs(above, subject, keys)))


def _leads(name: str, subject: str) -> bool:
    """Whether a table's rows belong to another's, by whatever stands between."""
    if name == subject or (name == "member" and subject == "membership"):
        return True
    return any(_leads(above, subject) for _column, above in _PATHS.get(name, ()))


def meant(what: str, name: str) -> Any:
    """Which rows of a table an erasure means, where that is not all of them; None: all."""
    own = table(name)
    if what == "medical" and name == "line_document":
        return or_(own.c.confidential.is_(True), own.c.kind == MEDICAL_REPORT)
    if what == "medical" and name in ("application_document", "amendment_document", "message_paper"):
        return own.c.medical.is_(True)
    if what == "messages" and name == "message_paper":  # the medical ones go with the medical file
        return own.c.medical.is_(False)
    if name in ("member", "postal_address"):  # as long as another membership of the same member is kept, they stay
        return own.c["id" if name == "member" else "member_id"].not_in(_still_members(what))
    return None


def _still_members(what: str) -> Any:
    membership, done = table("membership"), table("erased_membership")
    erased = select(done.c.membership_id).where(done.c.what == what)
    return select(membership.c.member_id).where(membership.c.id.not_in(erased))


def blank(name: str, column: str) -> Any:
    """What a column says once it was erased: nothing where it may, else as little as its type lets it."""
    found = table(name).c[column]
    if found.nullable:
        return None
    if isinstance(found.type, Json):
        return {}
    if isinstance(found.type, LargeBinary):
        return b""
    if isinstance(found.type, Date):
        return date.fromisoformat(BLANK_DAY)
    return GONE if column == "name" and "sha256" in table(name).c else ""


def is_left(name: str, columns: Collection[str]) -> Any:
    """Which rows of a table are not blank yet."""
    own = table(name)
    return or_(*(own.c[column].is_distinct_from(blank(name, column)) for column in columns))
