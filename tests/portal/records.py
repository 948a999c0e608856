"""One record of each kind that an address can name, all of them the family's; a diagnosis and a confidential paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from moneyed import Currency, Money
from sqlalchemy import select
from werkzeug.routing import Rule

from expat.amendments.ask import NewAmendment
from expat.amendments.ask import ask as ask_for_change
from expat.amendments.kinds import Joins
from expat.applications.begin import begin, save_person
from expat.applications.declare import Declared, declare, questions
from expat.applications.form import Person
from expat.approvals.answer import Given, answer_file
from expat.approvals.file import NewFile, Paper, submit_request
from expat.approvals.request import NewRequest
from expat.billing.calls import call
from expat.billing.terms import Terms, start_calling
from expat.claims.drafts import add_document, keep_draft, start_draft
from expat.claims.intake import NewClaim, NewLine
from expat.claims.load import load
from expat.claims.submit import submit
from expat.complaints.complain import NewComplaint, complain
from expat.currency.proposals import propose
from expat.db import table_of
from expat.documents.store import keep
from expat.membership.changes import Acting
from expat.payments.account_records import keep_account
from expat.payments.looks import ask_to_prepare
from expat.payments.orders import prepare
from expat.payments.payouts import bank_files
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.personal_data.requests import NewDataRequest, ask
from expat.plans.loader import plan
from expat.recoveries.ask_back import ask_back
from expat.representatives.admit import admit
from expat.representatives.appoint import NewMandate, appoint
from expat.representatives.decide import confirm
from tests.documents.samples import pdf, picture
from tests.payments.insured import DEBTOR, SINGAPORE
from tests.portal.announcing import a_match, announce_file
from tests.portal.collected import collected
from tests.portal.house import AT, TODAY, Front
from tests.portal.lettered import a_letter

DIAGNOSIS = "pheochromocytoma of the left adrenal gland"
SOURCES = ("ecb",)
NOBODY = "0" * 64


@dataclass
class Records:
    """The records, made once for a front. `family` gives each argument of an address its value."""

    front: Front
    diagnosis: str = DIAGNOSIS
    family: dict[str, Any] = field(default_factory=dict)
    by_endpoint: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        front, keys = self.front, self.front.app.extensions["expat"].keys
        accountant, member = (f"account:{front.accounts[name]}" for name in ("accountant", "member"))
        folder = front.settings.document_folder
        with front.writing() as session:
            keep_account(session, SINGAPORE, AT, membership_id=front.membership)
            invoice, report = (keep(session, made, folder, keys, AT) for made in (pdf(), picture("PNG")))
            self._claim(session, invoice, report)
        settle(front.engine, TODAY - timedelta(days=3), lambda: AT, SOURCES)
        with front.writing() as session:
            made = bank_files(session, TODAY, AT, DEBTOR)
            payout = session.execute(select(table_of(Payout).c.id, table_of(Payout).c.settlement_id)).first()
            self._draft(session, invoice)
            self._approval(session, report, Acting(TODAY, AT, SOURCES, member), keys)
            self._complaint(session, member)
            self._amendment(session, Acting(TODAY, AT, SOURCES, member), keys)
            self._mandate(session, member, report)
            self._application(session, keys)
            acting = Acting(TODAY, AT, SOURCES, accountant)
            asked = ask_back(session, front.membership, Money(10, Currency("EUR")), "a test", None, acting, "r-1")
            self.family["recovery_id"] = asked[0]
            proposal = propose(session, "USD", Decimal("1.2"), TODAY, "a test", accountant, AT)
        with front.writing() as session:
            look = ask_to_prepare(session, TODAY, TODAY, AT, accountant)
        with front.writing() as session:
            self.family["premium_id"] = _premium(session, front.membership)
            self.family |= a_letter(session, front.membership, self.family["premium_id"], TODAY, AT)
            self.family |= collected(session, front.membership, self.family["premium_id"])
        self.family |= {"job_name": "premium.calls", "job_item": 1}
        self._announced()
        order = prepare(front.engine, TODAY, TODAY, AT, SOURCES, accountant)
        assert payout is not None
        self.family |= {
            "position": 1, "place": 0, "n": 1, "category": "ambulatory", "payout_id": payout.id, "code": "XXXX",
            "sha256": invoice, "name": made.files[0].name, "reference": f"payout:{payout.id}", "key": front.spouse,
            "token": "no-such-token", "estate_id": 1, "person_id": front.spouse, "membership_id": front.membership,
            "account_id": front.accounts["stranger"], "message_id": 1, "contest_id": 1, "suspicion_id": 1,
        }  # fmt: skip
        self.keys = {
            "member_claims": self.draft, "money_settlements": payout.settlement_id, "money_rates": proposal,
            "money_settlements_payouts": payout.id, "money_settlements_orders": order,
            "money_settlements_looking": look,
        }  # fmt: skip

    def _claim(self, session: Any, invoice: str, report: str) -> None:
        line = NewLine(
            person=self.front.spouse, care="ambulatory.gp", first_day=date(2025, 7, 1),
            amount=Money(Decimal("80.00"), Currency("SGD")), country="SG", invoice="F-1",
            documents=frozenset({"invoice", "prescription"}), files={"invoice": invoice, "medical_report": report},
            confidential=frozenset({"medical_report"}), provider="Dr Tan",
        )  # fmt: skip
        done = submit(session, self.front.membership, NewClaim([line], TODAY - timedelta(days=10), "c-1"), AT, SOURCES)
        self.report = report
        self.family["claim_id"] = done.claim_id

    def _application(self, session: Any, keys: Any) -> None:
        """Somebody's application, with the diagnosis in the health declaration."""
        account = self.front.accounts["applicant"]
        key, who = begin(session, account, AT), Person("p1", "member", "Marie", "Curie", date(1990, 11, 7), "FR")
        save_person(session, key, who, AT)
        asked = questions(plan("expat-uno").on(TODAY))
        declared = Declared("p1", dict.fromkeys(asked, True), dict.fromkeys(asked, DIAGNOSIS), who.name)
        declare(session, key, declared, Acting(TODAY, AT, SOURCES, f"account:{account}"), keys)
        self.family |= {"application_id": key, "person_key": "p1", "step": "people", "paper": 1}

    def _draft(self, session: Any, invoice: str) -> None:
        account = self.front.accounts["member"]
        self.draft = "d" * 32
        start_draft(session, self.front.membership, account, AT, self.draft)
        keep_draft(session, self.draft, account, {"lines-0-amount": "12.00"}, 1, AT)
        self.family["paper_id"] = (
            add_document(session, self.draft, account, invoice, "invoice", "f.pdf", False, AT) or 1
        )

    def _complaint(self, session: Any, member: str) -> None:
        """A complaint, and a request about data."""
        wrong = NewComplaint("k-1", self.front.member, "delay", "Nobody answers.")
        self.family["complaint_id"], _ = complain(session, self.front.membership, wrong, TODAY, AT, member)
        asked = NewDataRequest("d-1", self.front.member, "erasure", "Delete what you need not keep.")
        self.family["data_request_id"], _ = ask(session, asked, TODAY, AT, member)

    def _approval(self, session: Any, report: str, acting: Acting, keys: Any) -> None:
        request = NewRequest(self.front.member, "hospital.stay", TODAY + timedelta(days=30))
        new = NewFile(
            "a-1", request, "Mount Test", "SG", medical=DIAGNOSIS, papers=[Paper("medical_report", "r.png", report)]
        )
        key, _again = submit_request(session, self.front.membership, new, acting, keys)
        given = Given(True, f"Granted: {DIAGNOSIS}", days=5, direct=True)
        doctor = Acting(TODAY, AT, SOURCES, f"account:{self.front.accounts['medical']}")
        answer_file(session, key, given, doctor, keys)
        self.family["request_id"] = key

    def _amendment(self, session: Any, acting: Acting, keys: Any) -> None:
        change = Joins("child", "Bea", "Lovelace", TODAY - timedelta(days=9))
        new = NewAmendment("am-1", change, DIAGNOSIS)
        self.family["amendment_id"] = ask_for_change(session, self.front.membership, new, acting, keys).id

    def _mandate(self, session: Any, member: str, paper: str) -> None:
        """Somebody whom the member appointed to send claims, confirmed and able to sign in."""
        new = NewMandate(
            form_key="m-1", kind="agent", name="Max Agent", language="en", from_day=TODAY, born=date(1970, 1, 1),
            street="1 Quay", town="Singapore", country="SG", email="representative@test.example", rights=["claims"],
            papers=[(paper, "signed.png")],
        )  # fmt: skip
        key, _again = appoint(session, self.front.membership, new, AT, member)
        confirm(session, key, AT, f"account:{self.front.accounts['manager']}")
        admit(session, key, AT, "test")
        self.family["mandate_id"] = key

    def _announced(self) -> None:
        """A file of the family's employer that was confirmed: a joiner and a leaver."""
        front, keys = self.front, self.front.app.extensions["expat"].keys
        who = (front.employer, keys, f"account:{front.accounts['employer']}")
        with front.writing() as session:
            self.family |= announce_file(session, *who) | {"employer_id": front.employer, "kind": "csv"}
            self.family["hit_id"] = a_match(session)

    def address(self, rule: Rule) -> str:
        """The rule with the family's records in it."""
        group = rule.endpoint.partition(".")[0]
        values = {**self.family, **({"key": self.keys[group]} if group in self.keys else {})}
        missing = rule.arguments - values.keys()
        assert not missing, f"{rule.rule}: no record for {missing}"
        built = rule.build({name: values[name] for name in rule.arguments})
        assert built is not None
        return built[1]


def _premium(session: Any, membership: int) -> int:
    """A premium that the family was called for."""
    dossier, acting = load(session, [membership])[membership], Acting(TODAY, AT, SOURCES, "jobs")
    start_calling(session, dossier, Terms("quarterly"), TODAY, acting)
    called = call(session, membership, acting)
    assert called is not None
    return called.premium
