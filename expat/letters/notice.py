"""What a member is told of a claim of which nothing is paid, as PDF."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.letters.lines import Lines
from expat.letters.operator import Operator
from expat.letters.sheet import sheet
from expat.letters.statement import contest_part, names_of, sample_note, unpaid_part
from expat.letters.typeset import typeset
from expat.payments.notice import Notice, notice
from expat.wording.voice import voice


def notice_pdf(
    session: Session, claim_id: int, operator: Operator, language: str | None = None, private: Collection[int] = ()
) -> bytes:
    """The notice of a claim, in the member's language unless another is asked for. Raises NotFound.

    Of the insured persons `private` (by key) it shows the sums alone.
    """
    told = notice(session, claim_id, language)
    return notice_page(told, operator, names_of(session, private, told.language))


def notice_page(told: Notice, operator: Operator, private: Collection[str] = ()) -> bytes:
    """A notice as PDF. `private` names the persons of whom the sums alone are told."""
    title = voice(told.language).say("Notice on claim {claim}", claim=told.claim)
    page = {**sheet(operator, told.language, title, told.membership), **notice_parts(told, private)}
    return typeset("notice.typ", page, _day(told))


def notice_parts(told: Notice, private: Collection[str] = ()) -> dict[str, Any]:
    """What a notice says, part by part, in its words: the PDF and the page show the same."""
    speaks = voice(told.language)
    say, lines = speaks.say, Lines(speaks, private)
    return {
        "plan": told.plan,
        "facts": [
            [say("Member"), told.member_name],
            [say("Membership number"), told.membership],
            [say("Received on"), speaks.day(told.received_on)],
        ],
        "unpaid": unpaid_part(told.unpaid, lines),
        "contest": contest_part(speaks, told.how_to_contest),
        "sample": sample_note(speaks) if told.samples else "",
    }


def _day(told: Notice) -> date:
    """The newest day that the notice tells of: it is as old as what it says."""
    return max([told.received_on, *(line.since for line in told.unpaid)])
