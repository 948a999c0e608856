"""Asking for a change in two steps: what it would bring, then sending it. The desk does the same for a letter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from flask import abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from expat.amendments.ask import Asked, NewAmendment, ask, signers
from expat.amendments.kinds import Change, Joins, Leaves
from expat.amendments.preview import Preview, preview
from expat.claims.dossier import Dossier
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.portal.declaring import Answered, answered, empty, is_ours
from expat.portal.declaring import shown as as_shown
from expat.portal.member import changes_words
from expat.portal.member.changes_forms import FIELDS, FORMS, HEALTH_NEEDED, ChangeForm
from expat.portal.work import db, house, speaks, undo

DECLARED = ("spouse", "child")  # these answer the questions of the application
NOT_KEPT = ("csrf_token", "confirm", "medical", "again")
Answer = str | tuple[str, int] | AnyResponse


@dataclass(frozen=True)
class Asking:
    """For which membership a change is asked for, by whom and as of which day.

    `shown` are the people whose claims may be told of (None: all), `done` answers once it is kept, `page` names the
    template with the form, `extra` what it shows besides. A letter that came by post carries no health statement, nor
    does what an agent or a broker asks for (`without_health`): the medical department asks the insured.
    """

    dossier: Dossier
    acting: Acting
    page: str
    done: Callable[[Asked], AnyResponse]
    extra: dict[str, Any]
    shown: Collection[int] | None = None
    by_post: bool = False
    without_health: bool = False

    @property
    def no_statement(self) -> bool:
        """Whether no health statement is asked for here."""
        return self.by_post or self.without_health

    def form(self, kind: str | None = None) -> tuple[str, ChangeForm]:
        """The kind of change that the address names and its form; 404 for an unknown one."""
        kind = kind or request.args.get("kind", "")
        if kind not in FORMS:
            abort(404)
        form = FORMS[kind]()
        form.prepare(self.dossier)
        return kind, form


def blank(asking: Asking, known: dict[str, Any] | None = None) -> str:
    """An empty form, with what is known already."""
    kind, form = asking.form()
    form.key.data = uuid4().hex
    for name, value in (known or {}).items():
        if name in form:
            form[name].data = value
    return _page(asking, kind, form)


def again(asking: Asking) -> str:
    """The form as it was filled in."""
    kind, form = asking.form()
    return _page(asking, kind, form)


def step(asking: Asking) -> Answer:
    """One step on: what it would bring, back to the answers, or the request itself."""
    kind, form = asking.form()
    if "again" in request.form:
        return _page(asking, kind, form)
    if not form.validate():
        return _page(asking, kind, form), 422
    try:
        change, membership = form.change(), asking.dossier.id
        seen = preview(db(), membership, change, asking.acting.day, asking.acting.preference, asking.shown)
        if not asking.by_post and isinstance(change, Leaves) and change.first < asking.acting.day:
            form["last_day"].errors = [speaks().say(changes_words.LEFT_BEFORE)]
            return _page(asking, kind, form), 422
        if "confirm" not in request.form:
            return _page(asking, kind, form, seen)
        sent = _declaration(asking, change, request.form)
        if _statement_missing(asking, kind, form, seen) or (sent is not None and sent.wrong):
            return _page(asking, kind, form, seen, sent), 422
        medical = "" if asking.without_health else form.medical.data or ""
        declared = sent.declared("") if sent is not None else None
        new = NewAmendment(form.key.data or "", change, medical, declared)
        return asking.done(ask(db(), membership, new, asking.acting, house().keys))
    except BadInput as wrong:
        undo()
        return _refused(asking, kind, form, wrong)


def _statement_missing(asking: Asking, kind: str, form: ChangeForm, seen: Preview) -> bool:
    needed = seen.effect.needs_medical and kind in HEALTH_NEEDED and not asking.no_statement
    if needed and kind not in DECLARED and not (form.medical.data or "").strip():
        told = speaks().say("Please write something for the medical department, even if all is well.")
        form.medical.errors = [told]
        return True
    return False


def _declaration(asking: Asking, change: Change, sent: Mapping[str, str] | None = None) -> Answered | None:
    """The health declaration of somebody who is to be insured, as it was sent or empty; None where none is asked for
    here: of a letter that came by post it lies in the envelope."""
    if not isinstance(change, Joins) or asking.no_statement:
        return None
    edition = asking.dossier.plan.on(asking.acting.day)
    return empty(edition) if sent is None else answered(edition, _signers(asking, change))


def _signers(asking: Asking, change: Joins) -> tuple[str, ...]:
    return signers(asking.dossier, change, asking.acting.day)


def _refused(asking: Asking, kind: str, form: ChangeForm, wrong: BadInput) -> tuple[str, int]:
    name = wrong.where.rpartition(".")[2]
    field = name if name in form else FIELDS.get(name, name)
    open_already = isinstance(wrong, Conflict) and wrong.where == "change"
    told = speaks().say(changes_words.OPEN_ALREADY) if open_already else changes_words.refused(wrong)
    if field in form:
        form[field].errors = [*form[field].errors, told]
    else:
        form.form_errors.append(told)
    return _page(asking, kind, form), 409 if isinstance(wrong, Conflict) else 422


def _page(
    asking: Asking, kind: str, form: ChangeForm, seen: Preview | None = None, sent: Answered | None = None
) -> str:
    hidden = [(n, v) for n, v in request.form.items() if n not in NOT_KEPT and not is_ours(n)]
    if seen is not None and sent is None:
        sent = _declaration(asking, seen.change)
    names = _signers(asking, seen.change) if seen is not None and isinstance(seen.change, Joins) else ()
    return render_template(
        asking.page, kind=kind, form=form, seen=seen, hidden=hidden, words=changes_words, by_post=asking.by_post,
        edition=asking.dossier.plan.on(asking.acting.day), dossier=asking.dossier,
        statement=seen is not None and seen.effect.needs_medical and not asking.no_statement,
        needed=kind in HEALTH_NEEDED and kind not in DECLARED, day_asked=asking.acting.day,
        **as_shown(sent, names), **asking.extra,
    )  # fmt: skip


def day_typed(text: str, today: date) -> date | None:
    """The day on which a letter came, as the form says it; None where it is no day, or one to come."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= today else None
