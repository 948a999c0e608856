"""What an end would bring, before it is asked for: cover, claims, premiums, benefits, approvals. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.lines import LineState
from expat.claims.rejudge import unpaid_lines
from expat.membership import standing
from expat.membership.ends import BY_INSURER, Death, End, Leaving, Reopened, change_of, refused_because
from expat.money import CENTS
from expat.periods import DAY, FOREVER, Period, add_months, clipped, membership_year
from expat.premiums.dunning import course
from expat.premiums.tariff import pro_rata

AnyEnd = End | Leaving | Death | Reopened

# The contract's headings.
BY_MEMBER_HEADING = "Résiliation / À l'initiative de l'adhérent"
BY_INSURER_HEADING = "Résiliation / À l'initiative de l'assureur"
CLAIMS_HEADING = "Résiliation / Conséquence"
CLAIMS_AT_ALL_HEADING = "Règlement des prestations / Délais et paiement"
PEOPLE_HEADING = "Personnes assurées / Les bénéficiaires"
RENOUNCED_HEADING = "Votre droit de renonciation / Conséquences"
AT_HOME_HEADING = "Votre droit de renonciation / Démarchage (L112-9)"
DISTANCE_HEADING = "Votre droit de renonciation / Vente à distance (L112-2-1)"
RECHARGE_HEADING = "Recharge On Demand"


@dataclass(frozen=True, slots=True)
class PersonEnds:
    """Somebody's last covered day after the end, None where there is none at all; `claims_until` is the last day on
    which claims for care of that day can reach us."""

    person: int
    last_day: date | None
    claims_until: date | None


@dataclass(frozen=True, slots=True)
class PremiumPart:
    """A premium that the end touches, EUR: what is due for the days covered, what was paid, and what comes back.

    `days` are those it is for, `covered` how many of them are covered.
    """

    days: Period
    covered: int
    due: Decimal
    paid: Decimal

    @property
    def refunded(self) -> Decimal:
        """What comes back."""
        return max(Decimal(0), self.paid - self.due)

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return max(Decimal(0), self.due - self.paid)


@dataclass(frozen=True, slots=True)
class Recharged:
    """What is left of a recharge that ends with the cover, EUR."""

    person: int
    category: str
    left: Decimal


@dataclass(frozen=True, slots=True)
class Consequences:
    """What an end brings. Amounts in EUR; `heading` is the contract's.

    What comes back of premiums is paid within so many days of the end of cover, or of the request where that is later:
    `refund_by`. `premiums` is None where no period paid for is known: the management unit works the premium out.
    `lines_after` are lines of care that would no longer be covered, `lines_open` those that go on. `approvals_after`
    count the granted approvals whose start lies after the end. Claims come within `submit_within`
    months of the care, and within `submit_after_end` of a termination.
    """

    refused: str | None
    heading: str
    first_day_without: date
    people: tuple[PersonEnds, ...]
    claims_heading: str
    is_termination: bool
    premiums: tuple[PremiumPart, ...] | None
    refund_by: date | None
    benefits_returned: Decimal
    benefits_by: date | None
    lines_open: int
    lines_after: int
    approvals_after: int
    recharges: tuple[Recharged, ...]
    carried: tuple[tuple[int, str], ...]
    withdraw_until: date | None
    submit_within: int
    submit_after_end: int

    @property
    def refunded(self) -> Decimal:
        """What comes back of the premiums in all."""
        return sum((p.refunded for p in self.premiums or ()), Decimal(0))

    @property
    def owed(self) -> Decimal:
        """What is still to be paid of the premiums in all."""
        return sum((p.owed for p in self.premiums or ()), Decimal(0))


def lines_of(session: Session, membership_id: int) -> list[LineState]:
    """The lines of a membership that are judged and not paid, or wait."""
    return unpaid_lines(session, [membership_id], ("accepted", "pending"))


def consequences(
    dossier: Dossier, end: AnyEnd, day: date, lines: Sequence[LineState] = (), unknown_claim: bool = False
) -> Consequences:
    """What an end would bring, as things stand on a day. `lines` are those of `lines_of`.

    `unknown_claim`: a claim arose that the member did not know of; sold at home, the whole premium stays due then.
    """
    refused = refused_because(dossier, end) if isinstance(end, End) else None
    change, edition = change_of(dossier, end), dossier.plan.on(end.arrived)
    after = replace(as_if_paid(dossier, day), changes=[*dossier.changes, change], _cache={})
    first, terminates = change.effective_from, isinstance(end, End | Reopened)
    if isinstance(end, Reopened):
        first = min(first, standing.terminated_on(after.changes))  # the end itself may come before
    people = tuple(_person(after, key, first, terminates) for key in _touched(dossier, end))
    lasts = {one.person: one.last_day or date.min for one in people}
    renounced = isinstance(end, End) and end.reason == "renunciation"
    returned = _benefits(dossier) if renounced and dossier.sold == "distance" else Decimal(0)
    within = _days(dossier, end.arrived, end.arrived, "membership.refund")
    refund_by = _days(dossier, end.arrived, max(end.arrived, first, *lasts.values()), "membership.refund")
    whole_due = renounced and dossier.sold == "at_home" and unknown_claim
    premiums = _premiums(after, end, max(lasts.values(), default=date.min), whole_due)
    return Consequences(
        refused, _heading(dossier, end), first, people,
        CLAIMS_HEADING if terminates else CLAIMS_AT_ALL_HEADING, terminates, premiums,
        refund_by if premiums is None or any(p.refunded for p in premiums) else None,
        returned, within if returned else None,
        sum(line.person in lasts and line.first_day <= lasts[line.person] for line in lines),
        sum(line.person in lasts and line.first_day > lasts[line.person] for line in lines),
        sum(a.granted and a.starts_on > last for p, last in lasts.items() for a in dossier.approvals.get(p, ())),
        _recharges(dossier, lasts), _carried(dossier, lasts, day), _withdraw_until(end, first),
        edition["claim.submit_within"].value, edition["claim.submit_after_termination"].value,
    )  # fmt: skip


def _touched(dossier: Dossier, end: AnyEnd) -> list[int]:
    return [end.person] if isinstance(end, Leaving) else list(dossier.people)


def _heading(dossier: Dossier, end: AnyEnd) -> str:
    if isinstance(end, Reopened):
        return BY_MEMBER_HEADING
    if not isinstance(end, End):
        return PEOPLE_HEADING
    if end.reason == "renunciation":
        sold = {"at_home": AT_HOME_HEADING, "distance": DISTANCE_HEADING}
        return sold.get(dossier.sold or "", RENOUNCED_HEADING)
    return BY_INSURER_HEADING if end.reason in BY_INSURER else BY_MEMBER_HEADING


def _person(after: Dossier, person: int, first: date, termination: bool) -> PersonEnds:
    cover = after.cover(person, after.plan.on(first))
    if not cover:
        return PersonEnds(person, None, None)
    last, edition = cover[-1].last, after.plan.on(cover[-1].last)
    until = add_months(last, edition["claim.submit_within"].value)
    ended = standing.terminated_on(after.changes)
    if termination and ended != FOREVER:
        until = min(until, add_months(max(last, ended), edition["claim.submit_after_termination"].value))
    return PersonEnds(person, last, until)


def as_if_paid(dossier: Dossier, day: date) -> Dossier:
    """Without the premiums that would end the membership on a day to come: a payment can prevent it."""
    kept = {}
    for key, (due_on, events) in dossier.premiums.items():
        ends = course(dossier.plan.on(due_on), due_on, events).terminated_on
        if ends is None or ends <= day:
            kept[key] = (due_on, events)
    return replace(dossier, premiums=kept, _cache={})


def _days(dossier: Dossier, day: date, since: date, figure: str) -> date:
    """So many days, by the edition of a day, after another one; no further than days go."""
    span = timedelta(days=dossier.plan.on(day)[figure].value)
    return since + span if since < FOREVER - span else FOREVER


def _benefits(dossier: Dossier) -> Decimal:
    """EUR paid so far, for everybody."""
    return Decimal(sum(use.paid for use in dossier.uses.values())).scaleb(-CENTS)


def _premiums(after: Dossier, end: AnyEnd, last: date, whole_due: bool) -> tuple[PremiumPart, ...] | None:
    """The premiums of periods that go past the last covered day; of somebody's leaving none, the next call is less."""
    if isinstance(end, Leaving):
        return ()
    known = {key: p for key, p in after.periods.items() if p.cents is not None}
    if not known:
        return None
    found = []
    for key, (first, through, cents) in sorted(known.items(), key=lambda pair: pair[1].first):
        if through <= last or cents is None:
            continue
        whole, days = Decimal(cents).scaleb(-CENTS), Period(first, through)
        covered = sum((p.last - p.first).days + 1 for p in clipped([days], Period(date.min, last)))
        due = whole if whole_due else pro_rata(whole, covered, (through - first).days + 1)
        found.append(PremiumPart(days, covered, due, whole if _paid(after, key) else Decimal(0)))
    return tuple(found)


def _paid(dossier: Dossier, premium: int) -> bool:
    """Whether a premium was paid; one that a person's decision gave up counts as what was not."""
    return any(event.kind == "paid" for event in dossier.premiums.get(premium, (None, []))[1])


def _recharges(dossier: Dossier, lasts: dict[int, date]) -> tuple[Recharged, ...]:
    return tuple(
        Recharged(r.person, r.category, Decimal(r.amount - sum(r.used.values())).scaleb(-CENTS))
        for r in dossier.recharges
        if r.person in lasts and r.days.last > lasts[r.person] and r.amount > sum(r.used.values())
    )


def _carried(dossier: Dossier, lasts: dict[int, date], day: date) -> tuple[tuple[int, str], ...]:
    """The carry-overs of the membership year that end with the cover, by person and category."""
    categories, on = dossier.plan.on(day)["carry_over.categories"].value, max(day, dossier.joined)
    year = membership_year(dossier.joined, on)
    return tuple(
        (person, category)
        for person, last in lasts.items()
        if day <= last < year.last
        for category in categories
        if dossier.purses(person, category, on).carry_from is not None
    )


def _withdraw_until(end: AnyEnd, first: date) -> date | None:
    """The last day on which the member can take the request back; None where that cannot be."""
    if isinstance(end, End) and end.reason in ("member", "return_to_france", "lost_status"):
        return first - DAY
    return None
