"""What acts of the audit trail are called, and their details as a person reads them.

Details show codes, figures and days. A sentence that somebody wrote about a claim or a request may tell of an illness:
it stays with what it is about, and the trail says only that there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from expat.portal.representing.words import RIGHTS
from expat.portal.work import speaks
from expat.wording.catalogue import N_

ACTS = {
    "account.closed": N_("Account closed"),
    "account.code_wrong": N_("Wrong second factor"),
    "account.kept": N_("Bank account kept"),
    "account.link_mailed": N_("Link for a password mailed"),
    "account.opened": N_("Account opened"),
    "account.password_set": N_("Password set"),
    "account.password_wrong": N_("Wrong password"),
    "account.reopened": N_("Account opened again"),
    "account.roles_changed": N_("Roles of an account changed"),
    "account.second_factor_removed": N_("Second factor reset"),
    "account.second_factor_set": N_("Second factor set up"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out_everywhere": N_("Signed out everywhere"),
    "address.changed": N_("Postal address changed"),
    "amendment.asked": N_("Change asked for"),
    "amendment.medical_read": N_("Statement of a change read"),
    "amendment.paper_added": N_("Paper of a change added"),
    "amendment.offered": N_("Change accepted with conditions"),
    "application.accepted": N_("Application accepted"),
    "application.begun": N_("Application begun"),
    "application.concluded": N_("Application concluded"),
    "application.declarations_read": N_("Health declarations read"),
    "application.declared": N_("Health declaration signed"),
    "application.handed_in": N_("Application handed in"),
    "application.lapsed": N_("Application lapsed"),
    "application.link_made": N_("Link to a health declaration sent"),
    "application.paper_added": N_("Paper of an application added"),
    "application.refused": N_("Application refused"),
    "application.withdrawn": N_("Application withdrawn"),
    "approval.answered": N_("Prior approval answered"),
    "approval.file_read": N_("Medical file of a request read"),
    "approval.paper_added": N_("Paper added to a request"),
    "approval.paper_asked": N_("Paper asked for a request"),
    "approval.requested": N_("Prior approval requested"),
    "audit.exported": N_("Audit trail exported"),
    "audit.readings_seen": N_("Trail of medical readings looked at"),
    "bank_message.imported": N_("Bank statement read"),
    "debit_batch.downloaded": N_("File of direct debits downloaded"),
    "debit_batch.looked": N_("Direct debits looked at"),
    "debit_batch.made": N_("Direct debits made"),
    "debit_batch.released": N_("Direct debits released"),
    "debit_batch.withdrawn": N_("Direct debits withdrawn"),
    "money.confirmed": N_("Payment confirmed by a second person"),
    "money.proposed": N_("Payment proposed"),
    "money.refused": N_("Payment refused by a second person"),
    "premium.debit_returned": N_("Direct debit returned by the bank"),
    "premium.mandate_ended": N_("Direct debit mandate ended"),
    "premium.payment_undone": N_("Payment taken back by the bank"),
    "premium.received": N_("Payment of a premium received"),
    "bank_file.downloaded": N_("Bank file downloaded"),
    "bank_file.made": N_("Bank file made"),
    "claim.submitted": N_("Claim handed in"),
    "complaint.acknowledged": N_("Complaint acknowledged"),
    "complaint.answered": N_("Complaint answered"),
    "complaint.asked": N_("Question on a complaint"),
    "complaint.mediated": N_("Complaint passed to the mediator"),
    "complaint.received": N_("Complaint received"),
    "complaint.replied": N_("Complaint added to"),
    "complaint.withdrawn": N_("Complaint withdrawn"),
    "consent.changed": N_("Consent given or withdrawn"),
    "contest.answered": N_("Contest answered"),
    "restriction.begun": N_("Use of somebody's data restricted"),
    "restriction.end_told": N_("End of a restriction told"),
    "restriction.used": N_("Restricted data used on a stated ground"),
    "data.answered": N_("Request about personal data answered"),
    "data.directive_read": N_("Directives for after death read"),
    "data.directive_written": N_("Directives for after death written"),
    "data.erased": N_("Data past its time erased"),
    "data.exported": N_("Personal data exported"),
    "data.medical_exported": N_("Medical details exported"),
    "data.requested": N_("Request about personal data"),
    "death.reported": N_("Death told by the family"),
    "end.paper_added": N_("Paper of an end of cover added"),
    "end.paper_answered": N_("Proof of an end of cover looked at"),
    "estate.confirmed": N_("Account of an estate confirmed"),
    "estate.recorded": N_("Account of an estate recorded"),
    "estate.rejected": N_("Account of an estate rejected"),
    "difference.found": N_("Difference on a paid line found"),
    "document.read": N_("Document read"),
    "draft.sent": N_("Draft sent"),
    "duplicate.reviewed": N_("Suspected duplicate decided"),
    "employer.account": N_("Account of an employer bound"),
    "employer.confirmed": N_("File of an employer confirmed"),
    "employer.dropped": N_("File of an employer dropped"),
    "employer.handed_in": N_("File of an employer handed in"),
    "employer.opened": N_("Employer entered"),
    "guarantee.made": N_("Guarantee letter made"),
    "ledger.exported": N_("Ledger exported"),
    "line.contested": N_("Decision contested"),
    "line.reviewed": N_("Cost of a line reviewed"),
    "membership.concluded": N_("Membership concluded"),
    "membership.death": N_("Death of the member recorded"),
    "membership.derogation": N_("Care in a third country granted"),
    "membership.formula": N_("Change of formula"),
    "mandate.admitted": N_("Access of a representative opened"),
    "mandate.appointed": N_("Representative appointed"),
    "mandate.confirmed": N_("Mandate confirmed"),
    "mandate.refused": N_("Mandate refused"),
    "mandate.revoked": N_("Mandate revoked"),
    "mandate.right_given": N_("Right given to a representative"),
    "mandate.right_taken": N_("Right of a representative taken"),
    "membership.left": N_("Person no longer insured"),
    "membership.left_withdrawn": N_("Person's leaving taken back"),
    "membership.mandate": N_("Somebody appointed to act"),
    "membership.mandate_revoked": N_("Somebody no longer acts"),
    "membership.payout_currency": N_("Change of the currency paid in"),
    "membership.proof_withdrawn": N_("Certificate no longer holds"),
    "membership.residence": N_("Country of residence changed"),
    "membership.returned": N_("Return to France recorded"),
    "membership.whole_premium": N_("The whole premium stays due"),
    "membership.rights_reopened": N_("French rights open again"),
    "membership.school_year": N_("School year attested"),
    "membership.termination": N_("Membership ended"),
    "membership.termination_withdrawn": N_("End of membership taken back"),
    "membership.working": N_("Activity attested"),
    "membership.zone": N_("Change of zone"),
    "message.paper_taken": N_("Medical paper of a message taken note of"),
    "message.written": N_("Message written"),
    "joiner.invited": N_("Announced joiner invited"),
    "joiner.joined": N_("Announced joiner noted as joined"),
    "option.chosen": N_("Options of a membership recorded"),
    "paper.asked": N_("Paper asked for"),
    "papers.added": N_("Papers added to a line"),
    "payout.confirmed": N_("Payment confirmed by the bank"),
    "payout.made": N_("Payment made"),
    "payout.returned": N_("Payment returned by the bank"),
    "payout.sent": N_("Payment put into a bank file"),
    "person.added": N_("Person added to a membership"),
    "person.corrected": N_("Details of a person corrected"),
    "job.again": N_("A failed task to be tried again"),
    "post.downloaded": N_("File of letters downloaded"),
    "post.handed_over": N_("Letters handed to the post service"),
    "premium.called": N_("Premium called"),
    "premium.contested": N_("Premium contested"),
    "premium.due": N_("Premium due"),
    "premium.granted": N_("Contest of a premium granted"),
    "premium.noticed": N_("Formal notice sent"),
    "premium.paid": N_("Premium paid"),
    "premium.refund": N_("Premium to be given back"),
    "premium.returned": N_("Payment of a premium returned by the bank"),
    "premium.terms": N_("Terms of payment set"),
    "premium.upheld": N_("Premium upheld"),
    "privacy.chosen": N_("Privacy chosen"),
    "proof.answered": N_("Certificate answered"),
    "proof.sent": N_("Certificate sent"),
    "quote.made": N_("Quote made"),
    "rate.confirm": N_("Rate confirmed"),
    "rate.discard": N_("Typed-in rate discarded"),
    "rate.fetch": N_("Rates fetched"),
    "rate.import": N_("Rates imported"),
    "rate.propose": N_("Rate typed in"),
    "rate.seed": N_("Rates of the shipped history taken"),
    "recharge.bought": N_("Recharge bought"),
    "recovery.complement": N_("Complement noted as paid"),
    "recovery.given_back": N_("Set-off given back, as the payment was returned"),
    "recovery.set_off": N_("Asked back set off against a payment"),
    "suspicion.found": N_("Something odd about a line found"),
    "suspicion.kept": N_("Suspicion kept"),
    "suspicion.lifted": N_("Suspicion lifted"),
    "set_off.contested": N_("Set-off contested"),
    "set_off.decided": N_("Set-off announced"),
    "set_off.ended": N_("Set-off ended"),
    "set_off.upheld": N_("Set-off upheld"),
    "sanctions.imported": N_("List of sanctions imported"),
    "representative.acted": N_("Acted in a member's name"),
    "screening.hit": N_("Name matched a list of sanctions"),
    "screening.run": N_("Names compared with the lists"),
    "settlement.closed": N_("Settlement finished"),
    "settlement.opened": N_("Settlement begun"),
    "settlement_order.prepared": N_("Settlement prepared"),
    "settlement_order.released": N_("Settlement released"),
    "settlement_order.withdrawn": N_("Settlement withdrawn"),
    "statement.read": N_("Statement opened"),
    "stay.reviewed": N_("Length of a stay decided"),
}
KEYS = {
    "accepted": N_("accepted"), "acts": N_("acts"), "mandate": N_("mandate"), "rights": N_("rights"),
    "account": N_("account"), "actor": N_("who"), "action": N_("act"), "added": N_("added"),
    "after": N_("after"), "again": N_("again"), "answer": N_("answer"), "before": N_("before"),
    "confirmed_on": N_("confirmed on"), "contest": N_("contest"), "count": N_("count"), "currency": N_("currency"),
    "day": N_("day"), "days": N_("days"), "decision": N_("decision"), "document": N_("document"),
    "effective": N_("from"), "ending": N_("ending with"), "file": N_("file"), "filters": N_("filters"),
    "from": N_("from"), "granted": N_("granted"), "kind": N_("kind"), "kinds": N_("kinds"), "lines": N_("lines"),
    "medical": N_("medical"), "name": N_("name"), "number": N_("number"), "on": N_("day"), "outcome": N_("outcome"),
    "page": N_("page"), "person": N_("person"), "price": N_("price"), "private": N_("private"),
    "published_on": N_("published on"), "rate": N_("rate"), "readings": N_("readings"), "reason": N_("reason"),
    "refused": N_("refused"), "roles": N_("roles"), "settlement": N_("settlement"), "subject": N_("concerning"),
    "to": N_("to"), "value": N_("value"), "values": N_("values"), "version": N_("version"), "why": N_("reason"),
}  # fmt: skip
FREELY = ("rate.", "payout.", "bank_file.", "settlement", "account.", "audit.", "ledger.")  # no word about care
WRITTEN = frozenset({"why", "reason", "answer", "text", "comment", "diagnosis", "cause"})  # by people, of care
HIDDEN = N_("a text, which is not shown here")
_CODE = re.compile(r"[\w.:/@+-]{0,80}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST = 300


def act(word: str) -> str:
    """What an act is called; one without a name stays the word."""
    return speaks().say(ACTS[word]) if word in ACTS else word


def is_medical_reading(action: str) -> bool:
    """Whether an act is that somebody read medical papers."""
    return action.endswith(("_read", ".read")) and not action.startswith("audit.")


def readable(action: str, detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an act, name by name."""
    say = speaks().say
    known = ((say(KEYS[key]) if key in KEYS else key.replace("_", " "), key, value) for key, value in detail.items())
    return [(name, _value(action, key, value)) for name, key, value in known if value not in (None, {}, [])]


def shown(action: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """The details as data, without what is not to be shown."""
    return {key: value if _may_show(action, key, value) else "…" for key, value in detail.items()}


def _value(action: str, key: str, value: Any) -> str:
    if not _may_show(action, key, value):
        return speaks().say(HIDDEN)
    if isinstance(value, bool):
        return speaks().say(N_("yes") if value else N_("no"))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_value(action, name, inside)}" for name, inside in value.items())
    if isinstance(value, list):
        return ", ".join(_value(action, key, inside) for inside in value)
    if key == "rights" and value in RIGHTS:
        return speaks().say(RIGHTS[value])
    text = str(value)
    return speaks().day(date.fromisoformat(text)) if _DAY.fullmatch(text) else text[:LONGEST]


def _may_show(action: str, key: str, value: Any) -> bool:
    """Codes, figures and days; a sentence only where it tells of money or accounts."""
    if isinstance(value, Mapping):
        return all(_may_show(action, name, inside) for name, inside in value.items())
    if isinstance(value, list):
        return all(_may_show(action, key, inside) for inside in value)
    if not isinstance(value, str) or action.startswith(FREELY):
        return True
    return key not in WRITTEN and _CODE.fullmatch(value) is not None
