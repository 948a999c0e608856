"""What each column of an employer's file means, in words."""

from __future__ import annotations

from expat.wording.catalogue import N_

MEANT = {
    "action": N_("joiner, leaver or change"),
    "membership": N_("its number: for a leaver and a change, or for a spouse or child who is added to it"),
    "family": N_("the same text, such as 1, for the people of one family; a member alone needs none"),
    "role": N_("of a joiner: member, spouse or child"),
    "first_name": N_("of a joiner, as in the passport"),
    "last_name": N_("of a joiner, as in the passport"),
    "born": N_("of a joiner: 1990-05-04 or 04/05/1990"),
    "nationality": N_("of a joiner: code of two letters, or the country's name; of the member FR"),
    "effective": N_(
        "of a joiner the first day wished for; of a leaver the first one without cover; of a change its day"
    ),
    "email": N_("of the member: where the invitation to the health declaration goes"),
    "language": N_("of the member: fr or en; fr where it is empty"),
    "residence": N_("country of residence of the member; of a change, if the country is another one"),
    "formula": N_("of the member: 1 to 4; it holds for the family"),
    "zone": N_("of the member: A, B or C, such that it contains the residence"),
    "currency": N_("of the member's reimbursements: EUR where it is empty"),
    "reason": N_("of a leaver: lost_status (where it is empty), return_to_france or member"),
    "street": N_("of a change: street and number"),
    "postcode": N_("of a change"),
    "town": N_("of a change"),
}
