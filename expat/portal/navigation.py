"""Where each role finds its pages."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app, request

from expat.accounts.sign_in import SignedIn
from expat.portal.access import APPLICANT, roles_of
from expat.portal.acting import acting, may
from expat.wording.catalogue import N_

# Groups of pages that stand under another one's entry, without beginning with its name.
WITHIN = {
    "member_asked_back": "member_cover", "member_history": "member_cover", "desk_history": "desk_find",
    "member_acting": "member_cover", "member_leave": "member_cover", "member_proofs": "member_cover",
    "apply_steps": "apply_file", "medical_applications": "medical_memberships",
    "member_payout": "member_cover", "member_premiums": "member_cover", "member_letters": "member_cover",
    "desk_letters": "desk_premiums", "member_recharge": "member_home", "admin_open": "admin_accounts",
}  # fmt: skip

UNDER = "acting_for."  # pages that stand under a mandate alone, and the groups of a member's that they lead to
ALSO = {"acting_for.claims": "member_claims", "acting_for.changes": "member_cover_changes"}


class Entry(NamedTuple):
    """A page of the navigation: its endpoint and its name; where others may open it too, the `role` that it is for."""

    endpoint: str
    name: str
    role: str = ""

    @property
    def here(self) -> bool:
        """Whether the request is for a page of the same group."""
        group, mine = request.blueprint or "", self.endpoint.partition(".")[0]
        if self.endpoint.startswith(UNDER):
            return self.endpoint == request.endpoint or group == ALSO.get(self.endpoint)
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
    Entry("apply_file.overview", N_("My application"), APPLICANT),
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
    Entry("desk_premiums.late", N_("Premiums not paid")),
    Entry("money_premiums.overview", N_("Premiums paid")),
    Entry("money_repayments.repayments", N_("Repayments")),
    Entry("money_rates.rates", N_("Rates")),
    Entry("money_ledger.ledger", N_("Ledger")),
    Entry("desk_screening.hits", N_("Names to check")),
    Entry("acting_for.overview", N_("Overview")),
    Entry("acting_for.claims", N_("Claims")),
    Entry("acting_for.cover", N_("Cover")),
    Entry("acting_for.changes", N_("Changes")),
    Entry("acting_for.statements", N_("Payments")),
    Entry("acting_home.home", N_("I act for")),
    Entry("desk_representatives.waiting", N_("Representatives")),
    Entry("employer_people.people", N_("People")),
    Entry("employer_premiums.premiums", N_("Premiums")),
    Entry("employer_files.files", N_("Joiners, leavers, changes")),
    Entry("admin_jobs.jobs", N_("What runs by itself")),
    Entry("admin_audit.trail", N_("Audit trail")),
    Entry("admin_accounts.accounts", N_("Accounts")),
)


def entries(who: SignedIn | None) -> list[Entry]:
    """The pages that somebody may use, in order."""
    if who is None or who.half_way:
        return []
    known = (entry for entry in ENTRIES if entry.endpoint in current_app.view_functions)
    if (acts := acting()) is not None:
        return [e for e in known if may(acts, e.endpoint) and not (acts.legal and e.endpoint.startswith(UNDER))]
    known = (entry for entry in known if not entry.endpoint.startswith(UNDER))
    known = (entry for entry in known if not entry.role or entry.role in who.roles)
    return [entry for entry in known if roles_of(current_app, entry.endpoint) & who.roles]


def first_page(who: SignedIn) -> str:
    """The endpoint on which somebody begins."""
    found = entries(who)
    return found[0].endpoint if found else "account.account"
