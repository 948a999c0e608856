"""A health declaration as a form: its questions, what was answered, and what is still wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import request

from expat.applications.declare import LONGEST, Declared, questions
from expat.applications.form import same_name
from expat.plans.edition import Edition
from expat.portal.apply_forms import health_answers
from expat.portal.work import language, speaks
from expat.wording import applications as words


class Answered(NamedTuple):
    """The questions in words, what was answered, said beside it and signed with, and what is wrong by field."""

    asked: list[tuple[str, str]]
    answers: dict[str, bool]
    said: dict[str, str]
    signed_by: str
    wrong: dict[str, str]

    def declared(self, person: str) -> Declared:
        """The declaration of a person, once nothing is wrong."""
        return Declared(person, self.answers, self.said, self.signed_by)


def empty(edition: Edition, answers: dict[str, bool] | None = None, said: dict[str, str] | None = None) -> Answered:
    """The questions, not answered yet, or as they were answered before."""
    asked = [(q, words.question(q, language())) for q in questions(edition)]
    return Answered(asked, answers or {}, said or {}, "", {})


def answered(edition: Edition, signers: Sequence[str]) -> Answered:
    """What was sent: every question answered, each yes in words, signed with one of the names."""
    found, say, form = empty(edition), speaks().say, request.form
    answers, said = health_answers(form, [key for key, _text in found.asked])
    wrong = {key: say("Please answer yes or no.") for key, _text in found.asked if key not in answers}
    wrong |= {
        key: say("Please explain in a few words.") for key, yes in answers.items() if yes and not said[key].strip()
    }
    most = speaks().whole(LONGEST)
    wrong |= {
        key: say("This is too long: {most} characters at most.", most=most)
        for key, text in said.items() if len(text.strip()) > LONGEST
    }  # fmt: skip
    signed_by = " ".join(form.get("signed_by", "").replace("\x00", "").split())[:160]
    if not any(same_name(signed_by, name) for name in signers):
        names = speaks().several(signers, "or")
        wrong["signed_by"] = say("It is signed with the name in the passport: {names}.", names=names)
    return Answered(found.asked, answers, said, signed_by, wrong)


def is_ours(name: str) -> bool:
    """Whether a field of a sent form belongs to a declaration: it is sealed, and goes back into no other form."""
    return name == "signed_by" or name.startswith(("q-", "w-"))


def shown(found: Answered | None, signers: Sequence[str]) -> dict[str, Any]:
    """What the questions' part of a page needs."""
    return {"declaration": found, "signers": list(signers)}
