"""The wording of gate 10: prior approval (entente préalable)."""

from __future__ import annotations

from datetime import timedelta

from expat.wording.teller import Teller, Told

_SERIES = ("UNO-APP-1", "UNO-APP-6")


def approval_missing(t: Teller) -> Told:
    """UNO-APP-1, UNO-APP-3, UNO-APP-4, UNO-APP-6."""
    if t.step["rule"] in _SERIES:
        return Told(_series(t), t.say("For the acts to come, ask for prior approval with the prescription."))
    if t.step["rule"] == "UNO-APP-4":
        return _beyond_the_stay(t)
    if t.ahead:
        return Told(t.say("This care needs prior approval, and we have given none for that day."), _when(t))
    return Told(
        t.say("This care needs prior approval, and none is valid for the day on which it began."), _ask_in_time(t)
    )


def approval_late(t: Teller) -> Told:
    """UNO-APP-2."""
    sentence = t.say("Your request for prior approval ({requests}) reached us too late.", requests=_requests(t))
    if t.step["rule"] in _SERIES:
        sentence = f"{_series(t)} {sentence}"
    return Told(
        f"{sentence} {_when(t)}".strip(),
        t.say(
            "If there was a reason for the delay, tell the medical department: it can grant the request all the same."
        ),
    )


def approval_refused(t: Teller) -> Told:
    """UNO-APP-3."""
    sentence = t.say("The medical department refused the prior approval ({requests}).", requests=_requests(t))
    if t.step["rule"] in _SERIES:
        sentence = f"{_series(t)} {sentence}"
    return Told(
        sentence,
        t.say(
            "You can ask the medical department for its reasons and send it further medical papers, in an envelope "
            "marked confidential."
        ),
    )


def _requests(t: Teller) -> str:
    numbers = [str(number) for number, _ in t.seen("requests", [])]
    if not numbers:
        return t.say("your request")
    return t.say("no. {numbers}", numbers=t.voice.several(numbers))


def _series(t: Teller) -> str:
    values = {
        "here": t.here(),
        "before": t.span("acts", t.seen("acts_before", 0)),
        "acts": t.span("acts", t.seen("acts", 0)),
        "covered": t.span("acts", t.seen("covered", 0)),
    }
    if t.step["rule"] == "UNO-APP-6":
        return t.say(
            "The prior approval holds for {allowed} of the series in all. Counted before: {before}; {here}: "
            "{acts}; of these, covered: {covered}.",
            allowed=t.span("acts", t.seen("allowed", 0)),
            **values,
        )
    return t.say(
        "A series needs prior approval beyond {free}. Counted before: {before}; {here}: {acts}; of these, "
        "covered without approval: {covered}.",
        free=t.span("acts", t.figure("series_free")),
        **values,
    )


def _beyond_the_stay(t: Teller) -> Told:
    sentence = t.say(
        "The prior approval covers the stay until {until}: {covered} out of {days}. The cost counts in that "
        "proportion.",
        until=t.day("covered_until"),
        covered=t.span("days", t.seen("covered")),
        days=t.span("days", t.seen("days")),
    )
    notice = t.known_figure("approval.extension_notice")
    if notice is None:
        return Told(sentence, t.say("When a stay goes on, ask for an extension before the approved days are over."))
    latest = t.voice.day(t.on("covered_until") + timedelta(days=notice))
    if t.ahead:
        return Told(sentence, t.say("For more days, ask for an extension of the stay by {latest}.", latest=latest))
    return Told(
        sentence,
        t.say(
            "An extension of the stay could be asked for until {latest}. If you asked for one by then, send us its "
            "number.",
            latest=latest,
        ),
    )


def _ask_in_time(t: Teller) -> str:
    return " ".join(part for part in (t.say("If you have an approval, send us its number."), _when(t)) if part)


def _when(t: Teller) -> str:
    """UNO-APP-2: by when a request is made; empty where the step and the edition do not say."""
    if (t.care_code() or "").startswith("appliance."):
        return t.say("For an appliance, the request is made on the day of the purchase at the latest.")
    notice, emergency = t.figure("planned_notice"), t.known_figure("approval.emergency_notice")
    if notice is None:
        return ""
    if emergency is None or not _admitted(t):
        return t.say("A request is made at least {notice} before the care.", notice=t.span("days", notice))
    return t.say(
        "A request is made at least {notice} before the care; in an emergency, at most {emergency} after the "
        "admission.",
        notice=t.span("days", notice),
        emergency=t.span("days", emergency),
    )


def _admitted(t: Teller) -> bool:
    """Whether the care is given in hospital, where alone an emergency can be reported after the admission."""
    known = None if t.edition is None else t.edition.care.get(t.care_code() or "")
    return known is not None and known.category in ("hospitalisation", "maternity")
