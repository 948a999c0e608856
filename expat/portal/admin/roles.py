"""What the roles of accounts are called, and the form in which they are ticked."""

from __future__ import annotations

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from expat.accounts.sign_in import ROLES
from expat.portal.access import ACCOUNTANT, ADMIN, APPLICANT, EMPLOYER, MANAGER, MEDICAL, MEMBER, REPRESENTATIVE
from expat.portal.work import speaks
from expat.wording.catalogue import N_

NAMES = {
    MEMBER: N_("Insured person"),
    MEDICAL: N_("Medical department"),
    MANAGER: N_("Management unit"),
    ACCOUNTANT: N_("Accountant"),
    ADMIN: N_("Administrator"),
    APPLICANT: N_("Applicant"),
    EMPLOYER: N_("Employer"),
    REPRESENTATIVE: N_("Representative"),
}
OPENS = {
    MEMBER: N_("his or her own pages, as the membership allows"),
    MEDICAL: N_("requests for prior approval with their medical papers"),
    MANAGER: N_("claims, members, messages, settlements and rates"),
    ACCOUNTANT: N_("settlements, rates and the ledger"),
    ADMIN: N_("accounts and the audit trail; no files of members"),
    APPLICANT: N_("his or her own application to join, until it is concluded"),
    EMPLOYER: N_("the people whose premiums the employer pays, their premiums, and its files; nothing of health"),
    REPRESENTATIVE: N_("acting for members and insured persons who appointed him or her, as far as their mandates go"),
}
NO_ROLE = N_("Tick at least one role.")
UNKNOWN_ROLE = N_("Please choose one of the list.")


def account_role(word: str) -> str:
    """What a role is called."""
    return speaks().say(NAMES[word])


class RolesField(Field):
    """Roles, each with a box to tick."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = {str(value) for value in valuelist}
        self.data = [word for word in ROLES if word in chosen]
        if chosen - set(ROLES):
            raise ValueError(speaks().say(UNKNOWN_ROLE))

    def pre_validate(self, _form: Any) -> None:
        if not self.data:
            raise ValidationError(speaks().say(NO_ROLE))

    @property
    def boxes(self) -> list[tuple[str, str, str, bool]]:
        """Each role with its name, what it opens, and whether it is ticked."""
        say, ticked = speaks().say, set(self.data or ())
        return [(word, say(NAMES[word]), say(OPENS[word]), word in ticked) for word in ROLES]
