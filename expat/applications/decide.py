"""The medical department's answer to an application: accept, with or without conditions, ask, or refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.accounts.own import Own
from expat.accounts.tables import Account
from expat.applications.begin import application, form_of, standing_of
from expat.applications.declare import declarations
from expat.applications.eligible import problems
from expat.applications.form import Filled, same_name
from expat.applications.happened import Standing, add_event, must_stand
from expat.applications.papers import KINDS, papers_of
from expat.applications.prices import Cost, cost
from expat.applications.starts import first_day
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.membership.tables import InsuredPerson
from expat.options.chosen import PREVOYANCE, Chosen, Option, begins, household
from expat.plans.edition import Edition
from expat.plans.loader import plan

DECISIONS = ("accept", "ask", "refuse")
LONGEST = 4_000

_ACCOUNT: Any = table_of(Account)
_PERSON: Any = table_of(InsuredPerson)


class Exclusion(NamedTuple):
    """Care that is left out for a person: codes or families of the plan, and the words to agree to."""

    person: str
    care: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Decision:
    """What the medical department answers. `reason` is its own, read by nobody else; `told` is for the applicant.

    `surcharges` are shares by the key of the person, `prior` the keys of those whose earlier cover counts; `paper` and
    `person` name a paper that is asked for. `seen` is the newest event that was looked at,
    `came` the newest paper and the newest declaration (0 for none). `refused_options` are kinds of prévoyance that are
    not accepted, while the cover of care is.
    """

    kind: str
    reason: str = ""
    told: str = ""
    surcharges: Mapping[str, Decimal] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    prior: tuple[str, ...] = ()
    paper: str = ""
    person: str = ""
    seen: int | None = None
    came: tuple[int, int] | None = None
    refused_options: tuple[str, ...] = ()


class Holder(NamedTuple):
    """Who acts: an account, and the names under which its holder is known."""

    account: int
    names: tuple[str, ...]


def decide(session: Session, application_id: int, decision: Decision, acting: Acting, keys: Keys) -> int:
    """Keep the answer; answers its key. Raises NotFound, BadInput naming the field, Own, Conflict where something
    happened meanwhile."""
    row = application(session, application_id, lock=True)
    refuse_own_application(session, row, acting.actor)
    stands = standing_of(session, row)
    if decision.seen is not None and stands.last is not None and stands.last.id != decision.seen:
        raise Conflict("application", "something happened meanwhile", "look at it again")
    must_stand(stands, "medical")
    if decision.came is not None and decision.came != newest(session, row, acting):
        raise Conflict("application", "a paper or a declaration came meanwhile", "look at it again")
    form = form_of(row)
    _check(form, decision, row.plan, acting)
    if decision.kind == "ask":
        asked = {"paper": decision.paper, "person": decision.person}
        return add_event(
            session, application_id, "asked", acting, keys, asked, {"text": decision.told.strip()}, decision.reason
        )
    if decision.kind == "refuse":
        told = {"text": decision.told.strip()}
        return add_event(session, application_id, "refused", acting, keys, None, told, decision.reason.strip())
    left_out = [exclusion._asdict() for exclusion in decision.exclusions]
    return add_event(
        session, application_id, "accepted", acting, keys, _terms(row, form, stands, decision, acting),
        {"exclusions": left_out, "text": decision.told.strip()}, decision.reason.strip(),
    )  # fmt: skip


def refuse_own_application(session: Session, row: Any, actor: str) -> None:
    """Raise Own where an account acts on its own application, or on one that insures its own holder by name."""
    account_id = int(actor.partition(":")[2]) if actor.startswith("account:") else 0
    if is_own(holder(session, account_id), row.account_id, (one.name for one in form_of(row).people)):
        raise Own("by", "this is your own application", "a colleague acts on it")


def holder(session: Session, account_id: int) -> Holder:
    """Who an account's holder is, by the account's name and that of its insured person."""
    joined = _ACCOUNT.outerjoin(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    query = select(_ACCOUNT.c.name, _PERSON.c.first_name, _PERSON.c.last_name).select_from(joined)
    row = session.execute(query.where(_ACCOUNT.c.id == account_id)).first()
    if row is None:
        return Holder(account_id, ())
    insured = f"{row.first_name or ''} {row.last_name or ''}".strip()
    return Holder(account_id, tuple(name for name in (row.name, insured) if name))


def is_own(who: Holder, account_id: int, people: Iterable[str]) -> bool:
    """Whether an application of an account, for people of these names, is somebody's own. A namesake counts as well:
    a colleague acts on it."""
    return who.account == account_id or any(same_name(name, known) for name in people for known in who.names)


def most_surcharge(edition: Edition) -> Decimal:
    """The highest surcharge that the medical department can ask for, a share of the own part of the premium."""
    return Decimal(edition["membership.most_surcharge"].value)


def newest(session: Session, row: Any, acting: Acting) -> tuple[int, int]:
    """The newest paper and the newest declaration of an application (its row), 0 where there is none."""
    signed = declarations(session, plan(row.plan).on(acting.day), row.id)
    papers = (paper.id for paper in papers_of(session, row.id))
    return max(papers, default=0), max((one.id for one in signed.values()), default=0)


def first_premium_reference(application_id: int) -> str:
    """What a transfer of the first premium names."""
    return f"UNO{application_id:06d}"


def answer_question(session: Session, application_id: int, text: str, acting: Acting, keys: Keys) -> None:
    """The applicant answers what was asked; papers were added before. Sent twice is once.

    Raises BadInput where neither words nor the paper asked for came.
    """
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word == "medical" and stands.last is not None and stands.last.kind == "answered":
        return
    must_stand(stands, "asked")
    assert stands.last is not None
    if len(text) > LONGEST:
        raise BadInput("text", "is too long", f"at most {LONGEST} characters")
    wanted, person, since = stands.last.detail.get("paper"), stands.last.detail.get("person"), stands.last.at
    came = any(
        paper.kind == wanted and (not person or paper.person == person) and paper.recorded_at > since
        for paper in papers_of(session, application_id)
    )
    if wanted and not came:
        raise BadInput("files", "the paper that was asked for is missing", wanted)
    if not wanted and not text.strip():
        raise BadInput("text", "is empty", "an answer in words")
    add_event(session, application_id, "answered", acting, keys, None, {"text": text.strip()})


def account_of_application(session: Session, row: Any) -> Row[Any]:
    """The account that applies."""
    found = session.execute(select(_ACCOUNT).where(_ACCOUNT.c.id == row.account_id)).first()
    assert found is not None
    return found


def _terms(row: Any, form: Filled, stands: Standing, decision: Decision, acting: Acting) -> dict[str, Any]:
    """On what terms it is accepted; what the first premium is, as it is told to the applicant."""
    assert form.choice is not None and stands.complete_on is not None
    edition = plan(row.plan).on(acting.day)
    effect = first_day(edition, form, stands.complete_on, acting.day)
    if found := problems(edition, form, effect):
        raise BadInput("decision", found[0].word, "whom the contract insures, as it insures them")
    left = (form.options or Chosen()).without(decision.refused_options)
    told = cost(plan(row.plan).on(effect), form, effect, decision.surcharges, left)
    return {
        "conditions": bool(decision.surcharges or decision.exclusions or decision.refused_options),
        "refused_options": list(decision.refused_options),
        "surcharges": {key: str(share) for key, share in decision.surcharges.items()},
        "excluded": sorted({exclusion.person for exclusion in decision.exclusions}),
        "prior": list(decision.prior), "effect": effect.isoformat(), "yearly": str(told.yearly),
        "amount": str(told.first), "instalments": told.care.instalments, "prevoyance": str(told.prevoyance),
        "options": [_option(one, effect) for one in told.options], "reference": first_premium_reference(row.id),
        **_made_up(edition, form, told),
    }  # fmt: skip


def _made_up(edition: Edition, form: Filled, told: Cost) -> dict[str, Any]:
    """How the first premium comes about: EUR for a year of what is paid together, the factor of how often, the months
    of prévoyance, and what each surcharge is in a year."""
    extra = {form.people[item.person].key: str(item.amount) for item in told.care.items if item.what == "surcharge"}
    return {
        "together": str(told.care.yearly + household(told.options)), "factor": str(told.care.instalment_factor.value),
        "instalment": str(told.instalment), "prevoyance_months": edition["prevoyance.first_instalment"].value,
        "surcharged": extra,
    }  # fmt: skip


def _option(one: Option, effect: date) -> dict[str, Any]:
    """An option as the offer keeps it: EUR for a year, exact."""
    return {
        "kind": one.kind, "terms": dict(one.terms), "yearly": str(one.yearly),
        "first_day": begins(one.kind, effect).isoformat(),
    }  # fmt: skip


def _check(form: Filled, decision: Decision, plan_name: str, acting: Acting) -> None:
    if decision.kind not in DECISIONS:
        raise BadInput("decision", f"{decision.kind!r} is unknown", f"one of {', '.join(DECISIONS)}")
    if len(decision.reason) > LONGEST or len(decision.told) > LONGEST:
        raise BadInput("reason", "is too long", f"at most {LONGEST} characters")
    if decision.kind == "refuse" and not decision.reason.strip():
        raise BadInput("reason", "is empty", "why it is refused, for the medical department's own file")
    if decision.kind == "ask" and not (decision.told.strip() or decision.paper):
        raise BadInput("told", "is empty", "what is asked, or which paper")
    if decision.paper and decision.paper not in KINDS:
        raise BadInput("paper", f"{decision.paper!r} is unknown", f"one of {', '.join(KINDS)}")
    keys = {person.key for person in form.people}
    if decision.kind != "accept":
        return
    if set(decision.refused_options) - set(PREVOYANCE):
        raise BadInput("options", "names what needs no medical selection", f"of {', '.join(PREVOYANCE)}")
    if (decision.surcharges or decision.exclusions or decision.refused_options) and not decision.reason.strip():
        raise BadInput("reason", "is empty", "why there are conditions, for the medical department's own file")
    edition = plan(plan_name).on(acting.day)
    for key, share in decision.surcharges.items():
        if key not in keys or not (share.is_finite() and 0 < share <= most_surcharge(edition)):
            raise BadInput(f"surcharge-{key}", f"{share} is no share", f"above 0, at most {most_surcharge(edition)}")
    for exclusion in decision.exclusions:
        if exclusion.person not in keys or not exclusion.words.strip():
            raise BadInput(f"words-{exclusion.person}", "is empty", "the words that the applicant agrees to")
        for code in exclusion.care or ("",):
            if not edition.in_family(code):
                raise BadInput(f"care-{exclusion.person}", f"{code!r} is no care of the plan", "a code or a family")
    if set(decision.prior) - set(form.prior.people if form.prior else ()):
        raise BadInput("prior", "names somebody whose earlier cover was not told", "one of those")
