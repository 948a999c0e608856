"""The member's first page: what is going on and who acts next, who is covered, what is left, what still has to wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from flask import Blueprint, abort, current_app, render_template, url_for

from expat.amendments.listing import Followed as Amended
from expat.approvals.listing import Followed
from expat.billing.listing import account
from expat.billing.tell import paying
from expat.claims.dossier import Dossier
from expat.claims.next_step import YOU
from expat.claims.waits import Wait, waits_of
from expat.complaints.listing import Followed as Complained
from expat.membership.privacy import Visible
from expat.money import EUR, from_minor
from expat.periods import add_years, membership_year
from expat.portal.access import MEMBER, allow
from expat.portal.member import changes_words, complaints_words
from expat.portal.member.claim_pages import dossier, promises, visible
from expat.portal.member.going_on import MOST_SHOWN, GoingOn, OnItsWay, OpenClaim, going_on
from expat.portal.member.home_facts import Overdue, Someone, bars_of, people_of, state_of
from expat.portal.member.proofs import proofs_of_mine
from expat.portal.remembered import remembered
from expat.portal.words import day_of
from expat.portal.work import db, house, language, me, membership, person, speaks, today, whole_number
from expat.wording import approvals_shown, care
from expat.wording.catalogue import N_
from expat.wording.next_steps import next_step as step_in_words
from expat.wording.next_steps import who as who_acts
from expat.wording.voice import inside

pages = Blueprint("member_home", __name__, url_prefix="/home")

# The pages that a member may want from here, where they are.
ACTIONS = (
    ("member_claims.new", N_("Send a claim")),
    ("member_simulate.simulate", N_("Ask before care")),
    ("member_approvals.new", N_("Ask for prior approval")),
)
PAYOUTS = {
    "made": N_("It goes to the bank with the next file."),
    "sent": N_("The bank is making the payment."),
    "returned": N_("The bank sent it back. Enter another account: the next file pays it there."),
}
COMPLAINTS = {
    "received": N_("We confirm that we have it, then we answer it."),
    "acknowledged": N_("We are looking at it and answer it."),
    "question": N_("We have a question before we can answer."),
    "mediator": N_("The mediator has it."),
}


class Task(NamedTuple):
    """Something that is open: what it is, what comes next, who acts (`mine`: the reader) and by when."""

    title: str
    about: str
    text: str
    who: str
    mine: bool
    by: date | None
    link: str | None


class Action(NamedTuple):
    """A page to go to."""

    name: str
    link: str


@pages.get("")
@allow(MEMBER)
@remembered
def home() -> str:
    """The overview, of one person at a time where it is about ceilings."""
    seen, found = visible(), dossier()
    everyone = people_of(found, today(), language())
    shown = [one for one in everyone if one.id in seen.whole | seen.sums]
    chosen = _chosen(shown)
    sums_alone = chosen.id not in seen.whole
    on = _day_of_ceilings(chosen)
    tasks = list(_tasks(_going_on(seen, found), {one.id: one for one in everyone}))
    state = state_of(found, today(), language())
    return render_template(
        "portal/member/home/home.html", state=state, people=everyone, proofs=proofs_of_mine(),
        to_pay=dict(_to_pay(state.overdue)),
        persons=shown, chosen=chosen, sums_alone=sums_alone, covered=covered, may_buy=me().person_role == "member",
        bars=bars_of(found, chosen.id, on, sums_alone) if on else [], year=membership_year(found.joined, on or today()),
        waits=[(one, waits) for one in shown if (waits := _waits(found, one.id))],
        tasks=tasks[:MOST_SHOWN], more=len(tasks) > MOST_SHOWN, claims_link=_link("member_claims.claims"),
        actions=[Action(speaks().say(name), link) for point, name in ACTIONS if (link := _link(point))],
    )  # fmt: skip


def _to_pay(overdue: Sequence[Overdue]) -> Iterator[tuple[int, str]]:
    """What to do about each called premium that is late, by its key; to the member, who alone sees premiums."""
    for late in overdue if me().person_role == "member" else ():
        found = account(db(), late.premium)
        if found is None:
            continue
        amount, notice = speaks().amount(from_minor(found.open, EUR), EUR), late.notice_on
        how = paying(db(), membership(), found.id, found.due_on if found.state == "open" else None, house().settings)
        if how is not None and how.mandate:
            text = speaks().say(
                "We collect {amount} from {account} under your mandate {mandate}: there is nothing to do.",
                amount=amount, account=how.account, mandate=how.mandate,
            )  # fmt: skip
        elif notice is not None and notice > today():
            text = speaks().say(
                "Please transfer {amount} now; without it the formal notice leaves on {day}.",
                amount=amount, day=speaks().day(notice),
            )  # fmt: skip
        else:
            text = speaks().say("Please transfer {amount} now.", amount=amount)
        yield late.premium, text


def _chosen(shown: list[Someone]) -> Someone:
    """Whose ceilings are shown: the reader's own, where nobody else is asked for."""
    key = whole_number("person", person())
    return next((one for one in shown if one.id == key), None) or abort(404)


def _day_of_ceilings(one: Someone) -> date | None:
    """Today, or of who is no longer covered the last day of cover; None of who is not covered yet."""
    if one.days is None or one.days.first > today():
        return None
    return min(today(), one.days.last)


def _going_on(seen: Visible, found: Dossier) -> GoingOn:
    is_member = me().person_role == "member"
    return going_on(db(), found, me().account, seen.whole, person(), is_member, promises(), today())


def _waits(found: Dossier, key: int) -> list[tuple[str, Wait]]:
    """The waits of a person, those that end alike together, with the names of their categories."""
    together: dict[Wait, list[str]] = {}
    for wait in waits_of(found, key, max(today(), found.joined)):
        left = wait._replace(category="", days=(wait.opens - today()).days)
        together.setdefault(left, []).append(care.category(wait.category, language()))
    return [(speaks().several([names[0], *map(inside, names[1:])]), wait) for wait, names in together.items()]


def covered(one: Someone) -> str:
    """From when to when someone is covered, in words."""
    if one.days is None:
        return speaks().say("never")
    first, last = speaks().day(one.days.first), speaks().day(one.days.last)
    if one.days.first <= today() and one.days.last > add_years(today(), 1):  # an age ends it, far off
        return speaks().say("since {first}, at the latest to {last}", first=first, last=last)
    return speaks().period(one.days.first, one.days.last)


# --- what is going on, in words ------------------------------------------------------------------------------------


def _tasks(found: GoingOn, people: dict[int, Someone]) -> Iterator[Task]:
    """What the reader has to do comes first, what nobody has to do last; within these the nearest day first."""
    tasks = [*_of_the_reader(found), *(_of_claim(one, people) for one in found.claims)]
    tasks += [_of_approval(one, people) for one in found.approvals]
    tasks += [_of_payout(one) for one in found.payouts]
    tasks += [_of_change(one) for one in found.changes]
    tasks += [_of_complaint(one) for one in found.complaints]
    nobody = who_acts("nobody", language())
    yield from sorted(tasks, key=lambda task: (not task.mine, task.who == nobody, task.by or date.max))


def _of_the_reader(found: GoingOn) -> Iterator[Task]:
    say, you = speaks().say, who_acts(YOU, language())
    if found.unread:
        title = speaks().plural("{n} new message", "{n} new messages", found.unread)
        yield Task(title, "", say("The management unit has written to you."), you, True, None,
                   _link("member_messages.messages"))  # fmt: skip
    for draft in found.drafts:
        title = say("A claim that you began on {day}", day=day_of(draft.made_at))
        text = say("It is kept as you left it. Finish it, or throw it away.")
        yield Task(title, "", text, you, True, None, _link("member_claims.draft", key=draft.key))


def _of_claim(one: OpenClaim, people: dict[int, Someone]) -> Task:
    step, names = one.step, dict.fromkeys(people[row.person_id].first_name for row in one.lines)
    cares = list(dict.fromkeys(care.care(row.care, language()) for row in one.lines))
    what = cares[0] if len(cares) == 1 else speaks().say("{care} and more", care=cares[0])
    title = speaks().say("Claim {number}: {what}", number=one.id, what=what)
    about = speaks().say(
        "for {names}, received on {day}", names=speaks().several(names), day=speaks().day(one.received_on)
    )
    text = step_in_words(step.what, language(), step.by, step.papers, step.currencies, today())
    return Task(title, about, text, who_acts(step.who, language()), step.who == YOU, step.by,
                _link("member_claims.claim", claim_id=one.id))  # fmt: skip


def _of_approval(one: Followed, people: dict[int, Someone]) -> Task:
    title = speaks().say("Prior approval: {care}", care=care.care(one.care, language()))
    about = speaks().say(
        "for {names}, from {day} on", names=people[one.person].first_name, day=speaks().day(one.starts_on)
    )
    mine = one.acts != "medical"
    who, by = who_acts(YOU if mine else "medical", language()), one.by
    if one.acts is None:  # granted: what is left is to ask for more days
        by = one.extend_by
        assert one.covered_until is not None
        text = speaks().say(
            "The days granted end on {day}. If the stay lasts longer, ask for more.",
            day=speaks().day(one.covered_until),
        )
    else:
        text = approvals_shown.state(one.state, language())
    return Task(title, about, text, who, mine, by, _link("member_approvals.approval", request_id=one.request))


def _of_payout(one: OnItsWay) -> Task:
    title = speaks().say("Payment of {amount}", amount=speaks().amount(one.amount, one.currency))
    about = speaks().say("settled on {day}", day=speaks().day(one.settled_on))
    mine = one.state == "returned"
    who = who_acts(YOU if mine else "bank" if one.state == "sent" else "nobody", language())
    link = _link("member_payout.payout") if mine else _link("member_statements.statement", payout_id=one.id)
    return Task(title, about, speaks().say(PAYOUTS[one.state]), who, mine, None, link)


def _of_change(one: Amended) -> Task:
    title = speaks().say("Your request: {what}", what=inside(changes_words.kind(one.kind)))
    about = speaks().say("asked for on {day}", day=speaks().day(one.asked_on))
    text = speaks().say("The medical department looks at it. Nothing changes before it has agreed.")
    link = _link("member_cover_changes.changes")
    return Task(title, about, text, who_acts("medical", language()), False, one.answer_by, link)


def _of_complaint(one: Complained) -> Task:
    title = speaks().say("Complaint: {what}", what=inside(complaints_words.subject(one.subject)))
    about = speaks().say("received on {day}", day=speaks().day(one.received_on))
    text = speaks().say(COMPLAINTS[one.state])
    who = {"desk": who_acts("unit", language()), "member": who_acts(YOU, language())}
    acts = who.get(one.acts or "", speaks().say("The mediator"))
    link = _link("member_complaints.shown", complaint_id=one.id)
    return Task(title, about, text, acts, one.acts == "member", one.due, link)


def _link(endpoint: str, **values: object) -> str | None:
    """The address of a page, where there is one."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None  # type: ignore[arg-type]
