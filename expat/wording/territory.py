"""The wording of gate 8: where the care was given."""

from __future__ import annotations

from datetime import date

from expat.wording import names
from expat.wording.teller import Teller, Told


def stay_too_long(t: Teller) -> Told:
    """UNO-TERR-2 and 3."""
    sentence = t.say(
        "The stay there (country: {country}) lasted {stay} in a row; a temporary stay is covered when it is "
        "shorter than {limit}.",
        country=t.country("country"),
        stay=t.span("days", t.seen("stay_days", 0)),
        limit=t.span("days", t.figure("temporary_stay")),
    )
    why = t.say("The reviewer's reason: {note}.", note=t.seen("stay_why").rstrip(".")) if t.seen("stay_why") else ""
    return Told(
        f"{sentence} {why}".strip(),
        t.say("If the stay was shorter, send us a paper that shows its dates, such as the travel tickets."),
    )


def possible_long_stay(t: Teller) -> Told:
    """UNO-TERR-2 and 3: nothing is refused for what claims show, a person looks."""
    first, last = t.seen("shown")
    values = {
        "first": t.voice.day(date.fromisoformat(first)),
        "last": t.voice.day(date.fromisoformat(last)),
        "days": t.span("days", t.seen("days")),
        "limit": t.span("days", t.figure("temporary_stay")),
    }
    tickets = t.say("If there were several stays, send us a paper that shows their dates, such as the travel tickets.")
    if t.step["rule"] == "UNO-TERR-2":
        sentence = t.say(
            "This person's claims show care in France from {first} to {last} ({days}), and none elsewhere in between. "
            "A return to France is covered when it is shorter than {limit}. This line is not refused for that; a "
            "person checks it.",
            **values,
        )
        return Told(sentence, tickets)
    sentence = t.say(
        "This person's claims show care outside your zone from {first} to {last} ({days}), and none elsewhere in "
        "between. A temporary stay is covered when it is shorter than {limit}. This line is not refused for that; a "
        "person checks it.",
        **values,
    )
    return Told(sentence, tickets + " " + t.say("For a longer stay, ask for a change of zone."))


def out_of_zone(t: Teller) -> Told:
    """UNO-TERR-3."""
    if t.ahead:
        return Told(
            t.say(
                "The country ({country}) lies in zone {country_zone}; your membership has zone {zone}. Outside your "
                "zone, during a temporary stay, these causes alone are covered: {causes}. The cause chosen is: "
                "{cause}.",
                country_zone=t.seen("country_zone"),
                country=t.country("country"),
                zone=t.seen("zone"),
                **_causes(t, "out_of_zone_causes"),
            ),
            t.say("For a longer stay there, ask for a change of zone."),
        )
    return Told(
        t.say(
            "The care was given in zone {country_zone} (country: {country}); your membership has zone {zone}. "
            "Outside your zone, during a temporary stay, these causes alone are covered: {causes}. The cause "
            "given is: {cause}.",
            country_zone=t.seen("country_zone"),
            country=t.country("country"),
            zone=t.seen("zone"),
            **_causes(t, "out_of_zone_causes"),
        ),
        _prove_the_cause(t),
    )


def third_country(t: Teller) -> Told:
    """UNO-TERR-4."""
    if t.ahead:
        return Told(
            t.say(
                "The country ({country}) lies in your zone, but is neither your country of residence ({residence}), "
                "nor one with a land border with it, nor France. There, these causes alone are covered: {causes}; or "
                "care that we agreed to beforehand. The cause chosen is: {cause}.",
                country=t.country("country"),
                residence=t.country("residence"),
                **_causes(t, "third_country_causes"),
            ),
            t.say("For care in that country, ask for our agreement before it begins."),
        )
    return Told(
        t.say(
            "The care was given in a third country ({country}): it lies in your zone, but is neither your country "
            "of residence ({residence}), nor one with a land border with it, nor France. There, these causes alone "
            "are covered: {causes}; or care that we agreed to beforehand. The cause given is: {cause}.",
            country=t.country("country"),
            residence=t.country("residence"),
            **_causes(t, "third_country_causes"),
        ),
        _prove_the_cause(t) + " " + t.say("For care to come in that country, ask for our agreement before it begins."),
    )


def _causes(t: Teller, figure: str) -> dict[str, str]:
    causes = [names.cause(word, t.language) for word in t.figure(figure) or []]
    return {"causes": t.voice.several(causes, "or"), "cause": names.cause(t.seen("cause"), t.language)}


def _prove_the_cause(t: Teller) -> str:
    return t.say("If one of them was the cause, send us the proof: we then look at the line again.")
