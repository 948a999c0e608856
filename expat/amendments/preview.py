"""What a change would bring, before anybody asks for it: the same rules on a dossier in which it is only thought of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlmodel import Session

from expat.adjudication.facts import Approval
from expat.adjudication.rules import RULES
from expat.adjudication.waiting import cause_lifts, formula_terms, waiver, zone_wait
from expat.amendments.effect import IMAGINED, Effect, effect_of, imagined
from expat.amendments.kinds import Change, Joins
from expat.claims.dossier import Dossier
from expat.claims.history import load_related
from expat.claims.judge import judge, rates_for
from expat.claims.lines import UNPAID
from expat.claims.load import load
from expat.claims.rejudge import unpaid_lines
from expat.currency.calendar import add_working_days
from expat.errors import BadInput, NotFound
from expat.periods import add_months
from expat.plans.edition import Edition
from expat.plans.figures import Used
from expat.premiums.tariff import Insured, price


class Wait(NamedTuple):
    """A wait that would start: `kind` is initial, zone (for care in the dearest zone alone) or formula (`terms`, the
    former formula's, hold until then, or nothing where it did not cover the care). `opens` is the first day without it.
    `lifted` says that an accident or an unexpected illness is covered all the same."""

    person: int
    name: str
    category: str
    kind: str
    opens: date
    lifted: bool
    terms: str | None = None


class Ceiling(NamedTuple):
    """The most that is paid for a person in a membership year, in EUR, before and after; `category` None: over all.

    None is no ceiling of its own; `covered` says whether each formula covers the category at all.
    """

    category: str | None
    before: Decimal | None
    after: Decimal | None
    covered: tuple[bool, bool]


class Priced(NamedTuple):
    """The premium of a year in EUR, with and without the change, by the ages and the tariff of the day `on`."""

    before: Decimal
    after: Decimal
    on: date


class InTime(NamedTuple):
    """By when someone has to be asked for so that the waits of 3 and 6 months fall away, by which figure of the plan.

    `since` is the day of the marriage or of the birth, `kept` whether the request that is looked at comes in time.
    """

    since: date
    by: date
    kept: bool
    figure: Used


class Touched(NamedTuple):
    """A line of a claim that is not paid yet and would be judged otherwise: its status before and after."""

    claim: int
    person: int
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What a change brings; `answer_by` is the day promised where the medical department has to agree.

    `touched` are unpaid lines, and `approvals` granted requests for care from that day on, that are looked at again.
    """

    change: Change
    effect: Effect
    before: dict[str, str]
    answer_by: date | None
    price: Priced | None
    waits: tuple[Wait, ...]
    ceilings: tuple[Ceiling, ...]
    in_time: InTime | None
    touched: tuple[Touched, ...]
    approvals: tuple[Approval, ...]
    rule: str
    citation: str
    edition: Edition

    @property
    def waits_told(self) -> list[tuple[list[str], Wait]]:
        """The waits, each once, with the names of all for whom it would run, in the order in which they end."""
        found: dict[tuple[object, ...], tuple[list[str], Wait]] = {}
        for wait in self.waits:
            found.setdefault(wait[2:], ([], wait))[0].append(wait.name)
        return sorted(found.values(), key=lambda one: one[1].opens)


RULE_OF = {
    "formula": "UNO-UP-1", "move": "UNO-WAIT-4", "stay": "UNO-TERR-3", "spouse": "UNO-MEM-2", "child": "UNO-MEM-2",
    "leaves": "UNO-MEM-2", "derogation": "UNO-TERR-4",
}  # fmt: skip

CHOSEN = ("formula", "zone", "residence")
TOLD = "Déclarations et communications"  # the heading of what only has to be told


def preview(
    session: Session, membership_id: int, change: Change, day: date, preference: Sequence[str],
    shown: Collection[int] | None = None,
) -> Preview:  # fmt: skip
    """What a change that is asked for on a day would bring. Nothing is kept.

    `shown` are the people whose claims and approvals may be told of; None: those of everybody. Raises NotFound,
    NotPossible, BadInput as asking does.
    """
    dossier = load(session, [membership_id]).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    effect = effect_of(dossier, change, day)
    after, edition = imagined(dossier, effect, day), dossier.plan.on(effect.effective)
    rule = RULE_OF.get(effect.kind, "")
    return Preview(
        change, effect, {kind: dossier.on(kind, day) for kind in effect.values if kind in CHOSEN},
        answer_by(dossier.plan.on(day), day) if effect.needs_medical else None,
        _priced(dossier, after, effect), tuple(_new_waits(dossier, after, effect)), _ceilings(edition, dossier, effect),
        in_time(edition, change, day), tuple(_touched(session, dossier, effect, day, preference, shown)),
        tuple(_approvals(dossier, effect, shown)), rule, RULES.get(rule, TOLD),
        dossier.plan.on(day),
    )  # fmt: skip


def answer_by(edition: Edition, asked_on: date) -> date:
    """By when the medical department has promised to answer."""
    return add_working_days(asked_on, int(edition["amendment.answered_within"].value))


def in_time(edition: Edition, change: Change, asked_on: date) -> InTime | None:
    """UNO-WAIT-2: by when a spouse or a newborn has to be asked for; None for all others."""
    if not isinstance(change, Joins):
        return None
    if change.role == "spouse":
        since, figure = change.married_on if change.tie == "marriage" else None, edition["waiver.marriage"]
    else:
        since, figure = change.born, edition["waiver.newborn"]
    if since is None:
        return None
    by = add_months(since, int(figure.value))
    return InTime(since, by, asked_on <= by, figure)


# --- price and ceilings --------------------------------------------------------------------------------------------


def _priced(before: Dossier, after: Dossier, effect: Effect) -> Priced | None:
    """None where the tariff does not know somebody's age, and where nothing of the price changes."""
    if effect.kind in ("address", "derogation") or set(effect.values) == {"residence"}:
        return None
    try:
        return Priced(yearly(before, effect.effective), yearly(after, effect.effective), effect.effective)
    except BadInput:
        return None


def yearly(dossier: Dossier, day: date) -> Decimal:
    """The premium of a year in EUR for those who are covered on a day, by the tariff and the ages of that day."""
    edition = dossier.plan.on(day)
    people = [
        Insured(row.role, row.born, row.surcharge)
        for key, row in dossier.people.items()
        if any(day in period for period in dossier.cover(key, edition))
    ]
    return price(edition, dossier.on("formula", day), dossier.on("zone", day), people, day, "yearly").yearly


def _ceilings(edition: Edition, dossier: Dossier, effect: Effect) -> tuple[Ceiling, ...]:
    if "formula" not in effect.values:
        return ()
    former, new = dossier.on("formula", effect.effective), effect.values["formula"]
    most = edition.overall_ceiling(former).value, edition.overall_ceiling(new).value
    overall = Ceiling(None, *most, (True, True))
    return (overall, *(_ceiling(edition, category, former, new) for category in dossier.plan.words.categories))


def _ceiling(edition: Edition, category: str, former: str, new: str) -> Ceiling:
    found = [edition.category_ceiling(category, one) for one in (former, new)]
    before, after = (None if one is None else Decimal(one.value) for one in found)
    covered = tuple(edition.covers_category(category, one) for one in (former, new))
    return Ceiling(category, before, after, (covered[0], covered[1]))


# --- waits ---------------------------------------------------------------------------------------------------------


def _new_waits(before: Dossier, after: Dossier, effect: Effect) -> Iterator[Wait]:
    """The waits that run on the day of the effect, or later, and would not without the change."""
    day = effect.effective
    for person in after.people:
        if effect.person is not None and person != IMAGINED:
            continue
        known = set(_waits(before, person, day)) if person in before.people else set()
        yield from (wait for wait in _waits(after, person, day) if wait not in known)


def _waits(dossier: Dossier, person: int, day: date) -> Iterator[Wait]:
    edition, row = dossier.plan.on(day), dossier.people[person]
    who, membership = dossier.person_facts(person, edition), dossier.facts_on(edition)
    if not any(days.last >= day for days in dossier.cover(person, edition)):
        return
    for category in dossier.plan.words.categories:
        for kind, opens, terms in _category_waits(edition, membership, who, category, day):
            if kind != "initial" or edition.covers_category(category, dossier.on("formula", day)):
                lifted = all(cause_lifts(edition, category, cause) for cause in edition["waiver.causes"].value)
                name = f"{row.first_name} {row.last_name}".strip()
                yield Wait(person, name, category, kind, opens, lifted, terms)


def _category_waits(
    edition: Edition, membership: Any, who: Any, category: str, day: date
) -> Iterator[tuple[str, date, str | None]]:
    opens = add_months(who.cover[0].first, edition.waiting_months(category).value)
    if day < opens and waiver(edition, who, category) is None:
        yield "initial", opens, None
    if zone := zone_wait(edition, membership, who, category, day):
        yield "zone", zone.opens, None
    terms, formula = formula_terms(edition, membership, who, category, day, "illness")
    if formula is not None:
        yield "formula", formula.opens, terms if edition.covers_category(category, terms) else None


# --- what is under way ---------------------------------------------------------------------------------------------


def _touched(
    session: Session, dossier: Dossier, effect: Effect, day: date, preference: Sequence[str],
    shown: Collection[int] | None,
) -> Iterator[Touched]:  # fmt: skip
    """Unpaid lines, each judged as things are and as they would be; judging works on dossiers of its own."""
    if not effect.values:
        return
    standing = []
    for changed in (False, True):
        fresh = load(session, [dossier.id])[dossier.id]
        whose = imagined(fresh, effect, day) if changed else fresh
        standing.append(_judged(session, whose, day, preference))
    for key, (claim, person, before) in standing[0].items():
        after = standing[1][key][2]
        if before != after and (shown is None or person in shown):
            yield Touched(claim, person, before[0], after[0])


def _judged(
    session: Session, dossier: Dossier, day: date, preference: Sequence[str]
) -> dict[Any, tuple[int, int, tuple[Any, ...]]]:
    lines = unpaid_lines(session, [dossier.id], UNPAID)
    if not lines:
        return {}
    related = load_related(session, {dossier.id: dossier}, lines)
    rates = rates_for(session, {dossier.id: dossier}, lines, day, preference)
    for line in lines:
        judge(dossier, line, related, rates, day)
    return {line.id: (line.claim_id, line.person, line.standing) for line in lines}


def _approvals(dossier: Dossier, effect: Effect, shown: Collection[int] | None) -> Iterator[Approval]:
    """Granted approvals for care that begins once the change is in effect: they stay granted, on the new terms."""
    if not set(effect.values) & {"formula", "zone"}:
        return
    for person, found in sorted(dossier.approvals.items()):
        if shown is None or person in shown:
            yield from (one for one in found if one.granted and one.starts_on >= effect.effective)
