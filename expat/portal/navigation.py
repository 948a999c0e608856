"""Where each role finds its pages."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request

from expat.accounts.sign_in import SignedIn
from expat.portal.access import roles_of
from expat.wording.catalogue import N_

# Groups of pages that stand under another one's entry, without beginning with its name.
WITHIN = {
    "member_asked_back": "member_cover", "member_history": "member_cover", "desk_history": "desk_find",
    "member_leave": "member_cover", "member_proofs": "member_cover",
    "apply_steps": "apply_file", "medical_applications": "medical_memberships",
    "member_payout": "member_cover", "member_recharge": "member_home", "admin_open": "admin_accounts",
}  # fmt: skip


class Entry(NamedTuple):
    """A page of the navigation: its endpoint and its name."""

    endpoint: str
    name: str

    @property
    def here(self) -> bool:
        """Whether the request is for a page of the same group."""
        group, mine = request.blueprint or "", self.endpoint.partition(".")[0]
        return WITHIN.get(group, group).startswith(mine)


ENTRIES = (
    Entry("member_home.home", N_("Overview")),
    Entry("member_claims.claims", N_("Claims")),
    Entry("member_approvals.approvals", N_("Prior approval")),
    Entry("member_simulate.simulate", N_("Before care")),
    Entry("member_statements.statements", N_("Statements")),
    Entry("member_spending.spending", N_("Spending")),
    Entry("member_messages.messages", N_("Messages")),
    Entry("member_cover.cover", N_("My cover")),
    Entry("member_complaints.complaints", N_("Complaints")),
    Entry("member_data.data", N_("My data")),
    Entry("apply_file.overview", N_("My application")),
    Entry("medical_approvals.worklist", N_("Prior approval")),
    Entry("medical_memberships.waiting", N_("Memberships")),
    Entry("medical_export.worklist", N_("Medical details")),
    Entry("desk_claims.worklist", N_("Claims")),
    Entry("desk_keying.keying", N_("Key an invoice")),
    Entry("desk_ends.waiting", N_("Certificates")),
    Entry("desk_find.find", N_("Find")),
    Entry("desk_messages.messages", N_("Messages")),
    Entry("desk_recoveries.differences", N_("Asked back")),
    Entry("desk_employers.employers", N_("Employers")),
    Entry("desk_complaints.worklist", N_("Complaints")),
    Entry("desk_data_requests.worklist", N_("Requests about data")),
    Entry("money_settlements.settlements", N_("Settlements")),
    Entry("money_first_premiums.first", N_("First premiums")),
    Entry("money_repayments.repayments", N_("Repayments")),
    Entry("money_rates.rates", N_("Rates")),
    Entry("money_ledger.ledger", N_("Ledger")),
    Entry("desk_screening.hits", N_("Names to check")),
    Entry("employer_people.people", N_("People")),
    Entry("employer_premiums.premiums", N_("Premiums")),
    Entry("employer_files.files", N_("Joiners, leavers, changes")),
    Entry("admin_audit.trail", N_("Audit trail")),
    Entry("admin_accounts.accounts", N_("Accounts")),
)


def entries(who: SignedIn | None) -> list[Entry]:
    """The pages that somebody may use, in order."""
    if who is None or who.half_way:
        return []
    known = (entry for entry in ENTRIES if entry.endpoint in current_app.view_functions)
    return [entry for entry in known if roles_of(current_app, entry.endpoint) & who.roles]


def first_page(who: SignedIn) -> str:
    """The endpoint on which somebody begins."""
    found = entries(who)
    return found[0].endpoint if found else "account.account"
