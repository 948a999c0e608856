"""The wording of gates 13 to 15: rate, cap, ceilings, and the wait for an exchange rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from expat.money import EUR
from expat.wording import care, names
from expat.wording.teller import Teller, Told


def unreasonable_cost(t: Teller) -> Told:
    """UNO-BEN-1: with the reviewer's reason, in the words in which it was given."""
    counted = t.say(
        "Of the {invoiced} invoiced, {accepted} count as a usual cost for this care in that country.",
        invoiced=t.invoiced(t.seen("invoiced")),
        accepted=t.invoiced(t.seen("accepted")),
    )
    why = t.say("The reviewer's reason: {note}.", note=t.seen("why").rstrip(".")) if t.seen("why") else ""
    return Told(
        f"{counted} {why}".strip(),
        t.say("If something explains the price, send us the provider's detailed account."),
    )


def rate_applied(t: Teller) -> Told:
    """UNO-BEN-1."""
    return Told(
        t.say(
            "Formula {formula} reimburses {rate} of this care.",
            formula=t.seen("formula"),
            rate=t.voice.percent(Decimal(t.figure("rate"))),
        )
    )


def cap_reached(t: Teller) -> Told:
    """UNO-BEN-1: the cap is in EUR per unit of the care."""
    cap, quantity = Decimal(t.figure("cap")), int(t.seen("quantity", 1))
    values = {"formula": t.seen("formula"), "cap": t.eur(cap), "most": t.eur(cap * quantity)}
    known = None if t.edition is None else t.edition.care.get(t.care_code() or "")
    if known is None:
        sentence = t.say(
            "Formula {formula} pays at most {cap} for this care; for a quantity of {quantity}, {most}.",
            quantity=quantity,
            **values,
        )
    elif quantity == 1:
        sentence = t.say(
            "Formula {formula} pays at most {cap} per {unit}.", unit=care.unit(known.unit, t.language), **values
        )
    else:
        sentence = t.say(
            "Formula {formula} pays at most {cap} per {unit}: {most} for {quantity}.",
            unit=care.unit(known.unit, t.language),
            quantity=care.units(known.unit, quantity, t.language),
            **values,
        )
    return Told(sentence + _converted(t, t.eur(cap * quantity)))


def _converted(t: Teller, in_eur: str) -> str:
    """What an amount in EUR is in the invoice's currency, at the rate of the day of payment."""
    currency = t.seen("rate", {}).get("currency", EUR)
    if currency == EUR or t.step.get("after") is None:
        return ""
    after = replace(t, currency=currency).invoiced(t.step["after"])
    return " " + t.say("At the exchange rate used, {eur} are {amount}.", eur=in_eur, amount=after)


def category_ceiling_reached(t: Teller) -> Told:
    """UNO-CEIL-1, UNO-CARRY-1, UNO-RECH-1."""
    word = t.seen("category")
    sentence = t.say(
        "In this category ({category}), at most {ceiling} is paid for each person and membership year. {left}",
        category=t.category(word),
        ceiling=_purses(t),
        left=_left(t),
    )
    return Told(sentence, _recharge(t, word))


def _purses(t: Teller) -> str:
    """The year's own ceiling and, where there is one, what was carried over and recharged."""
    carried = Decimal(t.seen("carried", 0))
    recharged = sum((Decimal(amount) for _, amount in t.seen("recharges", [])), Decimal(0))
    if not carried and not recharged:
        return t.eur(t.seen("own"))
    parts = [t.say("{amount} for the year itself", amount=t.eur(t.seen("own")))]
    if carried:
        parts.append(t.say("{amount} carried over from the year before", amount=t.eur(carried)))
    if recharged:
        parts.append(t.say("{amount} recharged", amount=t.eur(recharged)))
    total = t.eur(Decimal(t.seen("own")) + carried + recharged)
    return t.say("{total} ({parts})", total=total, parts=t.voice.several(parts))


def _left(t: Teller) -> str:
    left = Decimal(t.seen("left"))
    if t.ahead:
        return t.say("{left} are left of it.", left=t.eur(left)) if left > 0 else t.say("Nothing is left of it.")
    if left > 0:
        return t.say("Before this line, {left} were left.", left=t.eur(left))
    return t.say("Before this line, nothing was left.")


def _recharge(t: Teller, category: str) -> str:
    """UNO-RECH-1: where the plan is at hand, only for the formulas and categories that can be recharged."""
    categories, formulas = t.known_figure("recharge.categories"), t.known_figure("recharge.formulas")
    formula = t.figure_name().rsplit(".", 1)[-1]
    if categories is None:
        return t.say(
            "If your formula offers Recharge On Demand for this category, you can ask for one for care to come."
        )
    if category in categories and formula in formulas:
        return t.say("For care to come, you can ask for a Recharge On Demand of this category.")
    return ""


def overall_ceiling_reached(t: Teller) -> Told:
    """UNO-CEIL-2."""
    return Told(
        t.say(
            "Over all categories, at most {ceiling} is paid for each person and membership year in formula {formula}. "
            "{left}",
            ceiling=t.eur(t.seen("ceiling")),
            formula=t.figure_name().rsplit(".", 1)[-1],
            left=_left(t),
        )
    )


def rate_unavailable(t: Teller) -> Told:
    """UNO-FX-2."""
    currency, valid = t.seen("currency"), t.known_figure("claim.rate_valid")
    values = {"currency": currency, "name": names.currency(currency, t.language)}
    day = t.voice.day(date.fromisoformat(t.seen("judged_on")))
    if valid is None:
        sentence = t.say("On {day} there was no recent exchange rate for {currency} ({name}).", day=day, **values)
    else:
        sentence = t.say(
            "On {day} there was no exchange rate for {currency} ({name}) that was at most {valid} old.",
            day=day,
            valid=t.span("days", valid),
            **values,
        )
    return Told(
        sentence,
        t.say("There is nothing for you to do: the line is paid by the first settlement that has a rate."),
    )
