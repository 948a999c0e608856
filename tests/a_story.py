"""A small story, told through the verbs, that leaves a row in nearly every table; the front doors' rows beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select
from sqlmodel import Session, SQLModel

from expat.currency.tables import RateProposal
from expat.db import table_of, transaction
from expat.membership.tables import PayoutAccount
from expat.plans.loader import plan
from expat.scenario import play
from expat.scenario.run import run

STORY = """
scenario: A stay with a guarantee letter, visits, a paper that comes late, premiums and a recharge
plan: expat-uno
rates:
  2025-07-01: {SGD: "1.5000"}
membership:
  joined: 2023-01-01
  formula: 3
  zone: B
  residence: SG
  people:
    - {id: m, role: member, born: 1985-05-02}
    - {id: s, role: spouse, born: 1986-01-01}
events:
  - {on: 2025-05-20, approval: {id: a, person: m, care: hospital, starts: 2025-06-10, decision: granted, direct: true}}
  - {on: 2025-06-01, premium: {id: p, due: 2025-06-01}}
  - {on: 2025-06-10, pay: {premium: p}}
  - on: 2025-07-01
    claim:
      id: c
      lines:
        - {id: stay, person: m, care: hospital.stay, on: 2025-06-10, until: 2025-06-19, amount: "6000.00 SGD", country: SG}
        - {id: visit, person: s, care: ambulatory.gp, on: 2025-06-25, amount: "100.00", country: SG}
        - {id: blood, person: s, care: ambulatory.laboratory, on: 2025-06-26, amount: "50.00", country: SG, documents: []}
        - {id: back, person: m, care: wellbeing.osteopath, on: 2025-02-01, quantity: 6, amount: "300.00", country: SG}
  - {on: 2025-07-02, settle: {}}
  - {on: 2025-07-03, documents: {line: c.blood, add: [invoice, prescription]}}
  - {on: 2025-07-04, recharge: {id: r, person: m, category: wellbeing}}
  - {on: 2025-07-05, claim: {id: d, lines: [{id: again, person: m, care: wellbeing.osteopath, on: 2025-07-04, quantity: 5, amount: "250.00", country: SG}]}}
  - {on: 2025-07-06, settle: {}}
  - {on: 2025-07-07, change_payout: {currency: SGD}}
"""  # noqa: E501


AT = datetime(2025, 7, 8, tzinfo=UTC)
DAY = date(2025, 7, 8)
LINE = 1001  # the stay, which is paid
DIGEST = "0" * 64

# A row for each table of the people who come through the front doors, in an order that their references allow.
FRONT_DOORS: dict[str, dict[str, Any]] = {
    "document": {"sha256": DIGEST, "media_type": "application/pdf", "size": 1, "stored_at": AT, "key_id": "k"},
    "account": {"email": "ada@example.org", "name": "Ada", "language": "fr", "roles": "member", "person_id": 1,
                "totp_step": 0, "made_at": AT},
    "sign_in": {"token_hash": DIGEST, "account_id": 1, "second_factor": False, "agent": "", "opened_at": AT,
                "seen_at": AT},
    "attempt": {"subject": DIGEST, "kind": "sign_in", "at": AT},
    "mailed_link": {"token_hash": DIGEST, "account_id": 1, "made_at": AT, "expires_at": AT},
    "outgoing_mail": {"key": "statement:1", "kind": "statement", "to_address": "ada@example.org", "language": "fr",
                      "subject": "s", "body": "b", "made_at": AT, "attempts": 0},
    "privacy_choice": {"person_id": 2, "private": True, "recorded_at": AT},
    "document_reading": {"sha256": DIGEST, "state": "asked", "found": {}, "asked_at": AT},
    "claim_draft": {"key": "d", "membership_id": 1, "account_id": 1, "content": {}, "version": 1, "made_at": AT,
                    "changed_at": AT},
    "draft_document": {"draft_key": "d", "sha256": DIGEST, "kind": "invoice", "name": "n", "confidential": False,
                       "added_at": AT},
    "paper_request": {"membership_id": 1, "line_id": LINE, "kind": "original", "why": "w", "asked_by": "ines",
                      "asked_on": DAY, "recorded_at": AT},
    "duplicate_review": {"membership_id": 1, "line_id": LINE, "outcome": "distinct", "why": "w",
                         "reviewed_by": "ines", "recorded_at": AT},
    "stay_review": {"membership_id": 1, "line_id": LINE, "days": 30, "why": "w", "reviewed_by": "ines",
                    "recorded_at": AT},
    "contest": {"line_id": LINE, "decision_id": 1, "reason": "r", "contested_by": "account:1", "contested_on": DAY,
                "recorded_at": AT},
    "contest_answer": {"contest_id": 1, "outcome": "upheld", "answer": "a", "answered_by": "ines",
                       "answered_on": DAY, "recorded_at": AT},
    "approval_file": {"request_id": 1, "submitted_by": "account:1", "key": "a", "provider": "", "recorded_at": AT},
    "approval_document": {"request_id": 1, "kind": "report", "name": "n", "sha256": DIGEST, "recorded_at": AT},
    "approval_question": {"request_id": 1, "kind": "report", "text": "t", "asked_by": "luc", "recorded_at": AT},
    "answer_reason": {"answer_id": 1, "reason": b"sealed"},
    "guarantee_letter": {"answer_id": 1, "code": "ABCD-EFGH", "made_at": AT},
    "message": {"membership_id": 1, "person_id": 1, "account_id": 1, "from_staff": False, "text": "t", "at": AT},
    "message_seen": {"person_id": 1, "by_staff": True, "message_id": 1, "at": AT},
    "discarded_proposal": {"proposal_id": 1, "reason": "r", "discarded_by": "luc", "discarded_at": AT},
    "application": {"account_id": 1, "plan": "expat-uno", "content": {}, "version": 1, "made_at": AT, "changed_at": AT},
    "application_event": {"application_id": 1, "kind": "handed_in", "once": "handed_in", "day": DAY,
                          "actor": "account:1", "detail": {}, "recorded_at": AT},
    "health_declaration": {"application_id": 1, "person": "p1", "answers": b"sealed", "questions": DAY,
                           "signed_by": "Ada", "signed_on": DAY, "actor": "account:1", "recorded_at": AT},
    "application_document": {"application_id": 1, "kind": "passport", "person": "p1", "name": "n", "sha256": DIGEST,
                             "medical": False, "recorded_at": AT},
    "application_consent": {"application_id": 1, "kind": "statutes", "version": "1", "language": "fr", "text": "t",
                            "given_on": DAY, "actor": "account:1", "recorded_at": AT},
    "debit_mandate": {"application_id": 1, "reference": "M-1", "holder": "Ada", "iban": "FR7630006000011234567890189",
                      "text": "t", "language": "fr", "signed_on": DAY, "recorded_at": AT},
    "named_exclusion": {"person_id": 1, "care": [], "words": b"sealed", "holds_from": DAY, "recorded_at": AT},
    "settlement_order": {"day": DAY, "prepared_by": "ines", "prepared_at": AT, "preview": {}, "memberships": 0},
    "premium_terms": {"membership_id": 1, "frequency": "yearly", "method": "transfer", "payer": "member",
                      "holds_from": DAY, "recorded_by": "jobs", "recorded_at": AT},
    "premium_schedule": {"membership_id": 1, "next_from": DAY, "call_on": DAY, "facts_version": 0},
    "premium_contest": {"premium_id": 1, "reason": "paid already", "contested_by": "account:1", "contested_on": DAY,
                        "answer_by": DAY, "recorded_at": AT},
    "premium_contest_answer": {"premium_id": 1, "outcome": "upheld", "answer": "a", "answered_by": "ines",
                               "answered_on": DAY, "recorded_at": AT},
    "premium_mandate": {"membership_id": 1, "reference": "M-2", "holder": "Ada", "iban": "FR7630006000011234567890189",
                        "signed_on": DAY, "ends": False, "recorded_by": "ines", "recorded_at": AT},
    "premium_open": {"premium_id": 1, "membership_id": 1, "due_on": DAY, "step": "reminder", "next_on": DAY},
    "premium_line": {"premium_id": 1, "position": 1, "membership_id": 1, "kind": "period", "period_from": DAY,
                     "period_to": DAY, "first_day": DAY, "last_day": DAY, "amount": 1, "computed": 1, "explained": {}},
    "premium_allocation": {"premium_id": 1, "amount": 1, "day": DAY, "source": "payment:1", "recorded_at": AT},
    "premium_refund": {"membership_id": 1, "premium_id": 1, "source": "credit:1", "amount": 1, "reason": "change",
                       "day": DAY, "due_by": DAY, "recorded_at": AT},
    "premium_payment": {"membership_id": 1, "premium_id": 1, "cents": 1, "received_on": DAY, "method": "transfer",
                        "source": "part:1", "entered_by": "bank", "recorded_at": AT},
    "premium_payment_undone": {"payment_id": 1, "day": DAY, "code": "MD06", "recorded_by": "bank", "recorded_at": AT},
    "postal_letter": {"kind": "notice", "premium_id": 1, "membership_id": 1, "day": DAY, "language": "fr",
                      "facts": {"cents": 1}, "recorded_at": AT},
    "postal_batch": {"day": DAY, "number": 1, "made_by": "jobs", "made_at": AT},
    "posted_letter": {"letter_id": 1, "batch_id": 1, "recipient": {"name": "Ada"}},
    "debit_batch": {"collect_on": DAY, "made_by": "jobs", "made_at": AT},
    "debit_item": {"batch_id": 1, "premium_id": 1, "attempt": 1, "membership_id": 1, "mandate_id": 1, "mandate": "M-2",
                   "sequence": "FRST", "cents": 1, "end_to_end_id": "E-1"},
    "bank_message": {"sha256": DIGEST, "name": "n", "kind": "statement", "version": "camt.053.001.08",
                     "message_id": "m", "made_on": DAY, "statements": [], "imported_by": "ines", "imported_at": AT},
    "bank_entry": {"bank_message_id": 1, "statement": "s", "account": "FR7630006000011234567890189", "key": "k",
                   "currency": "EUR", "amount": 1, "booked_on": DAY, "text": "t"},
    "bank_part": {"bank_entry_id": 1, "position": 1, "amount": 1, "remittance": "r", "matched": "waits",
                  "why": "unknown"},
    "money_proposal": {"kind": "premium", "part_id": 1, "premium_id": 1, "cents": 1, "day": DAY, "reason": "r",
                       "proposed_by": "ines", "proposed_at": AT},
    "money_decision": {"proposal_id": 1, "outcome": "confirmed", "decided_by": "max", "decided_at": AT},
    "job_day": {"job": "premiums", "day": DAY},
    "job_item": {"job": "premiums", "key": "membership:1", "row_key": 1, "day": DAY, "attempts": 1},
    "job_run": {"job_day_id": 1, "process": "host:1", "started_at": AT, "done": 0, "failed": 0, "skipped": 0},
    "settlement_look": {"day": DAY, "asked_by": "ines", "asked_at": AT, "done": 0, "total": 0},
    "employer": {"number": "E-1", "name": "Lovelace & Co", "recorded_by": "ines", "recorded_at": AT},
    "employer_account": {"account_id": 1, "employer_id": 1, "bound_by": "ines", "bound_at": AT},
    "employer_pays": {"employer_id": 1, "membership_id": 1, "pays": True, "from_day": DAY, "recorded_by": "ines",
                      "recorded_at": AT},
    "employer_upload": {"employer_id": 1, "sha256": DIGEST, "name": "n", "joiners": 1, "leavers": 1, "changes": 0,
                        "uploaded_by": "account:1", "uploaded_at": AT},
    "announced_joiner": {"upload_id": 1, "employer_id": 1, "row": 2, "family": "1", "role": "member",
                         "first_name": "A", "last_name": "B", "born": DAY, "nationality": "FR", "effective_on": DAY,
                         "recorded_at": AT},
    "announced_change": {"upload_id": 1, "employer_id": 1, "row": 3, "kind": "leaver", "membership_id": 1, "day": DAY,
                         "content": {}, "recorded_at": AT},
    "announcement_step": {"joiner_id": 1, "state": "invited", "why": "w", "noted_by": "ines", "noted_at": AT},
    "invited_application": {"joiner_id": 1, "application_id": 1, "invited_at": AT},
    "declaration_link": {"token_hash": DIGEST, "application_id": 1, "person": "p2", "made_at": AT, "expires_at": AT},
    "chosen_option": {"membership_id": 1, "person_id": 1, "kind": "death", "terms": {"capital": 50000},
                      "first_day": DAY, "yearly": 6000, "recorded_at": AT},
    "sanctions_list": {"source": "eu", "published_on": DAY, "sha256": DIGEST, "names": 1, "imported_by": "ines",
                       "imported_at": AT},
    "sanctioned_name": {"list_id": 1, "entity": "EU.1.1", "subject": "person", "name": "N", "folded": "n",
                        "births": []},
    "screening_run": {"list_id": 1, "people": 1, "accounts": 1, "looked": 1, "hits": 1, "run_by": "ines",
                      "run_at": AT},
    "screening_hit": {"mark": DIGEST, "list_id": 1, "kind": "applicant", "key": "1", "name": "N", "entity": "EU.1.1",
                      "listed": "N", "births": [], "score": 100, "found_at": AT},
    "screening_answer": {"hit_id": 1, "outcome": "lifted", "why": "w", "answered_by": "ines", "answered_at": AT},
    "cover_proof": {"membership_id": 1, "person_id": 2, "kind": "school", "year": 2025, "sha256": DIGEST, "name": "n",
                    "sent_by": "account:1", "sent_on": DAY, "recorded_at": AT},
    "cover_proof_answer": {"proof_id": 1, "accepted": True, "answered_by": "ines", "answered_on": DAY,
                           "recorded_at": AT},
    "mandate": {"membership_id": 1, "kind": "agent", "name": "Max", "firm": False, "born": date(1960, 1, 1),
                "language": "fr", "from_day": DAY, "channel": "web", "form_key": "f", "entered_by": "account:1",
                "entered_at": AT},
    "mandate_right": {"mandate_id": 1, "what": "payouts", "given": True, "recorded_by": "account:1",
                      "recorded_at": AT},
    "mandate_step": {"mandate_id": 1, "kind": "confirmed", "why": "", "noted_on": DAY, "noted_by": "ines",
                     "noted_at": AT},
    "mandate_paper": {"mandate_id": 1, "name": "n", "sha256": DIGEST, "sent_by": "account:1", "recorded_at": AT},
    "mandate_payee": {"mandate_id": 1, "account_id": 1, "recorded_by": "account:1", "recorded_at": AT},
    "mandate_payout": {"payout_id": 1, "mandate_id": 1},
    "mandate_account": {"mandate_id": 1, "account_id": 1, "membership_id": 1, "bound_by": "ines", "bound_at": AT},
    "death_report": {"membership_id": 1, "person_id": 1, "died_on": DAY, "told_by": "t", "told_on": DAY,
                     "contact_name": "n", "contact_address": "a", "language": "fr", "recorded_by": "ines",
                     "recorded_at": AT},
    "end_paper": {"membership_id": 1, "change_id": 1, "person_id": 1, "kind": "letter", "name": "n", "sha256": DIGEST,
                  "sent_by": "ines", "sent_on": DAY, "recorded_at": AT},
    "end_paper_answer": {"paper_id": 1, "accepted": True, "answered_by": "ines", "answered_on": DAY,
                         "recorded_at": AT},
    "message_paper": {"message_id": 1, "name": "n", "sha256": DIGEST, "medical": True, "recorded_at": AT},
    "message_paper_taken": {"paper_id": 1, "taken_by": "luc", "recorded_at": AT},
    "estate_account": {"membership_id": 1, "payee_is": "notary", "currency": "EUR", "account": {}, "name": "n",
                       "sha256": DIGEST, "recorded_by": "ines", "recorded_at": AT},
    "estate_account_answer": {"estate_id": 1, "why": "w", "answered_by": "luc", "recorded_at": AT},
    "amendment": {"membership_id": 1, "kind": "formula", "about": "formula", "content": {"to": "4"},
                  "needs_medical": True, "asked_on": DAY, "asked_by": "account:1", "key": "k", "recorded_at": AT},
    "amendment_answer": {"amendment_id": 1, "outcome": "withdrawn", "decided_on": DAY, "decided_by": "account:1",
                         "recorded_at": AT},
    "amendment_declaration": {"amendment_id": 1, "answers": b"sealed", "questions": DAY, "signed_by": "Ada",
                              "signed_on": DAY, "recorded_at": AT},
    "amendment_offer": {"amendment_id": 1, "care": [], "offered_on": DAY, "offered_by": "account:1",
                        "recorded_at": AT},
    "amendment_document": {"amendment_id": 1, "kind": "other", "name": "n", "sha256": DIGEST, "medical": False,
                           "recorded_at": AT},
    "postal_address": {"member_id": 1, "version": 1, "street": "s", "town": "t", "country": "SG", "recorded_at": AT},
    "complaint": {"key": "c", "membership_id": 1, "person_id": 1, "subject": "delay", "text": "t", "channel": "portal",
                  "written_by": "account:1", "sent_on": DAY, "received_on": DAY, "acknowledge_by": DAY,
                  "acknowledge_limit": DAY, "answer_by": DAY, "recorded_at": AT},
    "complaint_step": {"complaint_id": 1, "kind": "acknowledged", "text": "", "done_by": "ines", "done_on": DAY,
                       "recorded_at": AT},
    "complaint_paper": {"complaint_id": 1, "name": "n", "sha256": DIGEST, "recorded_at": AT},
    "consent": {"person_id": 1, "purpose": "offers", "given": True, "version": "1", "language": "fr",
                "decided_on": DAY, "decided_by": "account:1", "recorded_at": AT},
    "data_request": {"key": "d", "membership_id": 1, "person_id": 1, "kind": "rectification", "field": "last_name",
                     "value": "v", "text": "", "asked_by": "account:1", "asked_on": DAY, "answer_by": DAY,
                     "recorded_at": AT},
    "data_request_paper": {"request_id": 1, "name": "n", "sha256": DIGEST, "recorded_at": AT},
    "data_answer": {"request_id": 1, "outcome": "done", "text": "t", "answered_by": "ines", "answered_on": DAY,
                    "recorded_at": AT},
    "person_correction": {"person_id": 1, "request_id": 1, "field": "last_name", "before": "b", "after": "v",
                          "corrected_by": "ines", "recorded_at": AT},
    "data_directive": {"person_id": 1, "text": "t", "written_by": "account:1", "recorded_at": AT},
    "restriction": {"person_id": 1, "membership_id": 1, "request_id": 1, "since": DAY, "recorded_at": AT},
    "restriction_use": {"person_id": 1, "ground": "consent", "why": "w", "used_by": "ines", "used_on": DAY,
                        "recorded_at": AT},
    "restriction_end": {"restriction_id": 1, "why": "w", "told_by": "ines", "told_on": DAY, "ends_on": DAY,
                        "recorded_at": AT},
    "erasure": {"key": "e", "what": "messages", "months": 60, "basis": "b", "on_day": DAY, "counts": {},
                "erased_by": "ines", "recorded_at": AT},
    "erased_membership": {"membership_id": 1, "what": "tested", "recorded_at": AT},
    "looked_again": {"membership_id": 1, "facts_version": 999, "looked_on": DAY, "recorded_at": AT},
    "difference": {"membership_id": 1, "line_id": LINE, "decision_id": 1, "paid_cents": 100, "due_cents": 0,
                   "currency": "EUR", "paid": 100, "due": 0, "reasons": "",
                   "edition": plan("expat-uno").on(date(2025, 6, 10)).key, "trace": {"steps": []},
                   "cause": "other:0", "found_on": DAY, "recorded_at": AT},
    "recovery": {"membership_id": 1, "form_key": "f", "kind": "recover", "currency": "EUR", "amount": 100,
                 "eur_cents": 100, "reason": "r", "clause": "", "needs_release": False,
                 "decided_by": "ines", "decided_on": DAY, "recorded_at": AT},
    "recovery_line": {"recovery_id": 1, "line_id": LINE, "difference_id": 1, "amount": 100, "eur_cents": 100},
    "recovery_instalment": {"recovery_id": 1, "position": 1, "due_on": DAY, "amount": 100},
    "recovery_event": {"recovery_id": 1, "kind": "repaid", "reference": "b", "amount": 100, "happened_on": DAY,
                       "text": "", "recorded_by": "ines", "recorded_at": AT},
    "set_off": {"recovery_id": 1, "form_key": "s", "share": 50, "starts_on": DAY, "contest_until": DAY, "reason": "r",
                "clause": "", "decided_by": "ines", "decided_on": DAY, "recorded_at": AT},
    "set_off_event": {"set_off_id": 1, "kind": "ended", "text": "t", "happened_on": DAY, "recorded_by": "ines",
                      "recorded_at": AT},
    "payout_part": {"payout_id": 1, "recovery_id": 1, "kind": "set_off", "amount": 1, "eur_cents": 1, "moved": 1,
                    "moved_cents": 1, "remains": 0, "rates": [], "recorded_at": AT},
    "looked_over": {"claim_id": 1, "paper_id": 0, "recorded_at": AT},
    "suspicion": {"mark": DIGEST, "membership_id": 1, "line_id": LINE, "kind": "same_document", "grave": True,
                  "facts": {}, "found_on": DAY, "recorded_at": AT},
    "suspicion_answer": {"suspicion_id": 1, "outcome": "lifted", "why": "w", "answered_by": "ines",
                         "answered_on": DAY, "recorded_at": AT},
    "document_print": {"sha256": DIGEST, "words": [], "made": {}, "taken_at": AT},
    "document_mark": {"sha256": DIGEST, "mark": 1},
}  # fmt: skip


def tell(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Play the story on that database, and keep an account and the front doors' rows beside it."""
    file = folder / "story.yaml"
    file.write_text(STORY, encoding="utf-8")
    monkeypatch.setattr(play, "open_engine", lambda *_url, **_options: engine)
    done = run(file)
    assert done.passed, done
    account = {
        "membership_id": 1, "version": 1, "holder": "Ada Lovelace", "iban": "FR7630006000011234567890189",
        "town": "Paris", "country": "FR", "recorded_at": AT,
    }  # fmt: skip
    proposal = {
        "currency": "KWD", "value": Decimal("0.35"), "published_on": DAY, "reason": "r", "entered_by": "ines",
        "entered_at": AT,
    }  # fmt: skip
    with transaction(engine) as session:
        session.execute(table_of(PayoutAccount).insert(), account)
        session.execute(table_of(RateProposal).insert(), proposal)
        open_front_doors(session)


def open_front_doors(session: Session) -> None:
    """A row in each of the front doors' tables that the database has."""
    there = set(inspect(session.connection()).get_table_names())
    for name, row in FRONT_DOORS.items():
        if name in there:
            session.execute(SQLModel.metadata.tables[name].insert(), row)


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table that the database has, with the columns that it has, in the order of the keys."""
    found = {}
    with engine.connect() as connection:
        there = inspect(connection)
        for table in (t for t in SQLModel.metadata.sorted_tables if there.has_table(t.name)):
            columns = [table.c[column["name"]] for column in there.get_columns(table.name) if column["name"] in table.c]
            rows = connection.execute(select(*columns).order_by(*table.primary_key))
            found[table.name] = [dict(row._mapping) for row in rows]
    return found
