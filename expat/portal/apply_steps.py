"""The steps of an application: each is saved on its own, and can be left and taken up again."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.applications.form import STEPS
from expat.portal.access import APPLICANT, allow
from expat.portal.apply_shown import Shown, mine
from expat.portal.applying import choice, consents, health, options, papers, payment, people, prior, residence
from expat.portal.applying.frame import Answer, steps
from expat.portal.work import speaks

pages = steps

SHOW: dict[str, Callable[[Shown], str]] = {
    "people": people.show, "residence": residence.show, "choice": choice.show, "options": options.show,
    "prior": prior.show, "health": health.show, "payment": payment.show, "consents": consents.show,
    "papers": papers.show,
}  # fmt: skip
KEEP: dict[str, Callable[[Shown], str | None]] = {
    "residence": residence.keep, "choice": choice.keep, "options": options.keep, "prior": prior.keep,
    "payment": payment.keep, "consents": consents.keep,
}  # fmt: skip


@pages.get("/step/<step>")
@allow(APPLICANT)
def step(step: str) -> Answer:
    """A step of the form, as it stands."""
    if step not in STEPS:
        abort(404)
    shown = mine()
    if not shown.draft and step not in ("health", "papers"):
        return redirect(url_for("apply_file.overview"), 303)
    if step != "people" and shown.form.member is None:
        return _member_first()
    return SHOW[step](shown)


@pages.post("/step/<step>")
@allow(APPLICANT)
def save(step: str) -> Answer:
    """Keep a step, then on to the next."""
    if step not in KEEP:
        abort(404)
    shown = mine()
    if shown.form.member is None:
        return _member_first()
    wrong = KEEP[step](shown)
    return _on(step) if wrong is None else (wrong, 422)


def _member_first() -> AnyResponse:
    flash(speaks().say("First name who becomes the member: the other steps depend on it."))
    return redirect(url_for("apply_steps.step", step="people"), 303)


def _on(step: str) -> AnyResponse:
    following = STEPS[STEPS.index(step) + 1]
    return redirect(url_for("apply_steps.step", step=following), 303)
