"""Playing a story on a throwaway database, event by event, through the verbs that everything else calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from expat.currency.rates import NewRate, add_rates
from expat.db import open_engine, transaction
from expat.errors import BadInput
from expat.membership.changes import Acting
from expat.membership.join import NewMembership, NewPerson, join
from expat.scenario.reading import BadStory, Table, as_day
from expat.settings import settings
from expat.tables import METADATA

NOT_YET_KNOWN = ("incapacity", "invalidity", "injury", "death")

Outcome = dict[str, str]
Late = Callable[["Stage"], None]


class Stage:
    """A story as it is played: the database, who is who, and what came of the events so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.engine: Engine = open_engine("sqlite://", poolclass=StaticPool)
        METADATA.create_all(self.engine)
        self.preference = settings().rate_sources
        self.today = date.min
        self.membership = 0
        self.people: dict[str, int] = {}
        self.lines: dict[str, int] = {}
        self.approvals: dict[str, int] = {}
        self.premiums: dict[str, int] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.payouts: list[dict[str, str]] = []
        self.later: list[tuple[date, Late]] = []

    def close(self) -> None:
        """Throw the database away."""
        self.engine.dispose()

    @property
    def acting(self) -> Acting:
        """Who acts: the story, at noon of its day."""
        return Acting(self.today, noon(self.today), self.preference, "story")

    def session(self) -> Any:
        """One transaction of the story."""
        return transaction(self.engine)

    def note(self, event: Table, refused: str | None, default_id: str | None = None) -> None:
        """What came of an event that has an id."""
        key = event.text("id", default_id)
        if key is None:
            return
        if key in self.outcomes:
            raise event.wrong(f"the id {key!r} stands twice", "id")
        self.outcomes[key] = {"status": "refused", "reason": refused} if refused else {"status": "accepted"}

    def person(self, event: Table, key: str = "person") -> int:
        """The insured person that an event names."""
        name = event.text(key)
        if name not in self.people:
            raise event.wrong(f"`{key}` is one of the people: {', '.join(self.people)}", key)
        return self.people[name]


def noon(day: date) -> datetime:
    """The instant that stands for a day of the story."""
    return datetime.combine(day, time(12), UTC)


def begin(story: Table) -> Stage:
    """A stage with the story's rates and its membership concluded."""
    stage = Stage(story.file)
    _rates(stage, story)
    head = story.table("membership")
    joined = head.day("joined")
    people = head.tables("people")
    if "prevoyance" in head:
        raise head.wrong("prévoyance is not yet known", "prevoyance")
    payout = head.table("payout", None)
    currency = payout.text("currency", "EUR") if payout else "EUR"
    new = NewMembership(
        "STORY", story.text("plan"), joined, str(head.take("formula")), head.text("zone"), head.text("residence"),
        tuple(new_person(p) for p in people), currency,
    )  # fmt: skip
    for table in (head, payout):
        if table is not None:
            table.done()
    try:
        with stage.session() as session:
            found = join(session, new, noon(joined))
    except BadInput as wrong:
        raise head.wrong(str(wrong)) from wrong
    stage.membership = found.membership_id
    for person, key in zip(people, found.people, strict=True):
        name = person.text("id")
        if name in stage.people:
            raise person.wrong(f"the id {name!r} stands twice", "id")
        stage.people[name] = key
        person.done()
    return stage


def _rates(stage: Stage, story: Table) -> None:
    published = story.table("rates", None)
    if published is None:
        return
    with stage.session() as session:
        for key in published.content:
            day = as_day(key, published, key)
            rates = published.table(key)
            rows = [NewRate(code, _rate(rates, code), "scenario", day) for code in rates]
            _add(session, rates, rows, day)


def _rate(table: Table, code: str) -> Decimal:
    try:
        return Decimal(table.text(code))
    except InvalidOperation:
        raise table.wrong(f'{code}: units for 1 EUR, such as "1.4473"', code) from None


def _add(session: Session, table: Table, rows: list[NewRate], day: date) -> None:
    try:
        add_rates(session, rows, noon(day))
    except BadInput as wrong:
        raise table.wrong(str(wrong)) from wrong


def new_person(person: Table) -> NewPerson:
    """Someone to insure, as the story describes him or her."""
    surcharge = person.text("surcharge", None)
    return NewPerson(
        role=person.choice("role", ("member", "spouse", "child")),
        born=person.day("born"),
        covered_from=person.day("from", None),
        requested_on=person.day("requested", None),
        married_on=person.day("married", None),
        prior_cover_attested_on=person.day("prior_cover_attested", None),
        surcharge=None if surcharge is None else _share(person, surcharge),
        working=person.flag("working"),
    )


def _share(person: Table, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise person.wrong('`surcharge` is a share such as "0.20"', "surcharge") from None


def timeline(story: Table) -> list[tuple[date, Table]]:
    """The events in order of date; on one day in the order written."""
    events = [(event.day("on"), event) for event in story.tables("events", [])]
    return sorted(events, key=lambda pair: pair[0])


def play_event(stage: Stage, day: date, event: Table) -> None:
    """Play one event. Raises BadStory for what no verb knows or accepts."""
    from expat.scenario.verbs import VERBS

    stage.today = day
    named = [key for key in event if key != "on"]
    if named and named[0] in NOT_YET_KNOWN:
        raise event.wrong(f"the prévoyance event `{named[0]}` is not yet known", named[0])
    if len(named) != 1 or named[0] not in VERBS:
        raise event.wrong(f"an event is `on` and one of {', '.join(VERBS)}", named[0] if named else None)
    body = event.table(named[0])
    try:
        VERBS[named[0]](stage, body)
    except BadInput as wrong:
        raise body.wrong(str(wrong)) from wrong
    body.done()
    event.done()


def play_due(stage: Stage, until: date) -> None:
    """What earlier events put off to a day that has come: it happens at the start of that day (UNO-TIME-3)."""
    due = sorted((late for late in stage.later if late[0] <= until), key=lambda late: late[0])
    stage.later = [late for late in stage.later if late[0] > until]
    for day, act in due:
        stage.today = day
        act(stage)


__all__ = ["BadStory", "Stage", "begin", "new_person", "noon", "play_due", "play_event", "timeline"]
