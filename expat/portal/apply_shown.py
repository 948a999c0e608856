"""What the pages of an application show: where it stands, what is missing, what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort

from expat.applications.begin import application, current, form_of
from expat.applications.declare import Signed, declarations
from expat.applications.eligible import CLAUSES, FAMILY, Problem, problems
from expat.applications.form import ROLES, STEPS, Filled
from expat.applications.happened import Event, Standing, accepted, events_of, standing, unsealed
from expat.applications.lacking import Lack, lacking
from expat.applications.link import Sent, links_out
from expat.applications.papers import Paper, papers_of
from expat.applications.starts import first_day
from expat.periods import DAY
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.portal.work import db, house, language, me, now, speaks, today
from expat.wording import applications as words


@dataclass(frozen=True)
class Shown:
    """An application with all that its pages say of it."""

    row: Any
    form: Filled
    edition: Edition
    events: list[Event]
    stands: Standing
    signed: Mapping[str, Signed]
    papers: list[Paper]
    effect: date
    problems: list[Problem]
    lacks: list[Lack]
    links: Mapping[str, Sent]

    @property
    def draft(self) -> bool:
        """Whether it can still be changed."""
        return self.stands.word == "draft"

    @property
    def offer(self) -> Event | None:
        """What it was accepted with, where that still holds."""
        return accepted(self.events)

    @property
    def resign(self) -> list[str]:
        """The people whose declaration is too old by the first day that is left."""
        return [one.key for one in self.form.people if one.key in self.signed and self._old(one.key)]

    def _old(self, key: str) -> bool:
        return self.stands.word in ("offered", "premium") and self.signed[key].good_until < self.effect

    def told(self, event: Event) -> dict[str, Any]:
        """What an event tells the applicant."""
        return unsealed(house().keys, event.told, self.row.id) or {}

    def name(self, key: str) -> str:
        """Somebody's name."""
        person = self.form.person(key)
        return person.name if person else ""

    def steps(self) -> list[tuple[str, str, str]]:
        """Each step with its name, and how it stands: wrong where something speaks against it, done, todo, or optional
        where nothing was chosen and nothing has to be."""
        wrong = {self._step_of(problem) for problem in self.problems}
        how = {step: "wrong" if step in wrong else self._stands(step) for step in STEPS}
        return [(step, words.step(step, language()), how[step]) for step in STEPS]

    def _stands(self, step: str) -> str:
        if self.form.member is None or any(lack.step == step for lack in self.lacks):
            return "todo"
        return "optional" if step == "options" and self.form.options is None else "done"

    @property
    def known(self) -> dict[str, Any]:
        """What a quote or an employer said before, for the forms to be filled in with."""
        return {**self.row.content.get("announced", {}), **self.row.content.get("quote", {})}

    def known_people(self, role: str) -> list[dict[str, str]]:
        """What is known of the people of a role, in the order told: names from an employer, birth dates from both."""
        told = self.row.content.get("announced", {}).get("people")
        if told is None:
            told = [{"role": kind, "born": born} for kind, born in self.row.content.get("quote", {}).get("people", ())]
        return [one for one in told if one["role"] == role]

    @property
    def not_named(self) -> list[tuple[str, date]]:
        """The role and birth date of those of the quote, or whom an employer announced, who are not named yet."""
        left = [one.role for one in self.form.people]
        found = []
        for one in (one for role in ROLES for one in self.known_people(role)):
            if one["role"] in left:
                left.remove(one["role"])
            else:
                found.append((one["role"], date.fromisoformat(one["born"])))
        return found

    def _step_of(self, problem: Problem) -> str:
        return problem.where if problem.where in STEPS else "people"


def shown_application(application_id: int) -> Shown:
    """An application by its key. Raises NotFound."""
    return _shown(application(db(), application_id))


def mine() -> Shown:
    """The newest application of who is signed in; 404 where there is none."""
    return my_own() or abort(404)


def my_own() -> Shown | None:
    """The newest application of who is signed in."""
    row = current(db(), me().account)
    return _shown(row) if row is not None else None


def _shown(row: Any) -> Shown:
    edition, form = plan(row.plan).on(today()), form_of(row)
    events = events_of(db(), [row.id])[row.id]
    stands = standing(edition, events)
    effect = first_day(edition, form, stands.complete_on or today(), today())
    signed, papers = declarations(db(), edition, row.id), papers_of(db(), row.id)
    return Shown(
        row, form, edition, events, stands, signed, papers, effect, problems(edition, form, effect),
        lacking(edition, form, signed, papers, effect), links_out(db(), row.id, signed, now()),
    )  # fmt: skip


def in_words(problem: Problem) -> str:
    """What speaks against it."""
    figure: Any = problem.figure.value if problem.figure else None
    values = figure if isinstance(figure, dict) else {"years": figure}
    return speaks().say(words.PROBLEMS[problem.word], name=problem.name, day=speaks().day(problem.day), **values)


def clause(problem: Problem) -> str:
    """The heading of the contract that says so."""
    if problem.heading or problem.figure is not None:
        return problem.heading or problem.figure.citation.heading  # type: ignore[union-attr]
    return CLAUSES.get(problem.word, FAMILY)


def earliest() -> date:
    """The first day that cover can begin if everything is handed in today."""
    return today() + DAY
