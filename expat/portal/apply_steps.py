"""The steps of an application: each is saved on its own, and can be left and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.applications.begin import application, remove_person, save_person, save_step
from expat.applications.declare import Declared, declare, questions, read_declarations, signs_for
from expat.applications.form import MEMBER, STEPS, Choice, Person, kept_step
from expat.applications.hand_in import mandate_reference
from expat.applications.papers import KINDS, add_paper, missing, wanted
from expat.applications.prices import premium
from expat.currency.euro_area import in_euro_area
from expat.errors import BadInput
from expat.money import EUR
from expat.payments.accounts import check_account, check_iban
from expat.portal.access import APPLICANT, allow
from expat.portal.apply_file import acting
from expat.portal.apply_forms import (
    YES,
    ChoiceForm,
    ConsentsForm,
    PaymentForm,
    PersonForm,
    PriorForm,
    ResidenceForm,
    SignForm,
    fill,
    health_answers,
)
from expat.portal.apply_shown import Shown, clause, earliest, in_words, mine
from expat.portal.member.claim_files import ACCEPT, take_files
from expat.portal.told import operator
from expat.portal.work import apart, db, house, language, me, now, speaks, today, undo
from expat.premiums.tariff import Price
from expat.quotes.joining import zones_open
from expat.wording import applications as words
from expat.wording.application_texts import CONSENTS, NEEDED, consent, mandate

pages = Blueprint("apply_steps", __name__, url_prefix="/apply/file")
Answer = str | tuple[str, int] | AnyResponse
NEW = ("spouse", "child")


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
        return redirect(url_for("apply_steps.step", step="people"), 303)
    return SHOW[step](shown)


@pages.post("/step/<step>")
@allow(APPLICANT)
def save(step: str) -> Answer:
    """Keep a step, then on to the next."""
    if step not in KEEP:
        abort(404)
    shown = mine()
    if shown.form.member is None:
        return redirect(url_for("apply_steps.step", step="people"), 303)
    wrong = KEEP[step](shown)
    return _on(step) if wrong is None else (wrong, 422)


def _on(step: str) -> AnyResponse:
    following = STEPS[STEPS.index(step) + 1]
    return redirect(url_for("apply_steps.step", step=following), 303)


def _page(template: str, step: str, shown: Shown, **values: Any) -> str:
    problems = [one for one in shown.problems if (one.where if one.where in STEPS else "people") == step]
    return render_template(
        f"portal/apply/{template}.html", step=step, shown=shown, words=words, problems=problems, in_words=in_words,
        clause=clause, **values,
    )  # fmt: skip


# Who joins


def _people(shown: Shown) -> str:
    return _page("people", "people", shown)


@pages.get("/people/<person_key>")
@allow(APPLICANT)
def person(person_key: str) -> str:
    """Somebody, or a form for somebody more: the member, a spouse or a child."""
    shown = mine()
    found, role = _whom(shown, person_key)
    form = PersonForm.of(found) if found else PersonForm(formdata=None)
    if found is None:
        _from_quote(form, shown, role)
    return _person_page(shown, form, found, role, person_key)


@pages.post("/people/<person_key>")
@allow(APPLICANT)
def keep_person(person_key: str) -> Answer:
    """Keep what is said of somebody."""
    shown, form = mine(), PersonForm()
    found, role = _whom(shown, person_key)
    if not form.right(role):
        return _person_page(shown, form, found, role, person_key), 422
    try:
        said = form.person(role, found.key if found else None)
        save_person(db(), shown.row.id, said, now())
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _person_page(shown, form, found, role, person_key), 422
    return redirect(url_for("apply_steps.step", step="people"), 303)


@pages.post("/people/<person_key>/remove")
@allow(APPLICANT)
def leave_out(person_key: str) -> AnyResponse:
    """Leave somebody out again."""
    remove_person(db(), mine().row.id, person_key, now())
    return redirect(url_for("apply_steps.step", step="people"), 303)


def _whom(shown: Shown, key: str) -> tuple[Person | None, str]:
    """Who is meant by a key of the address, and the role."""
    if key == "member":
        return shown.form.member, "member"
    if key in NEW:
        return None, key
    found = shown.form.person(key)
    return (found, found.role) if found else abort(404)


def _person_page(shown: Shown, form: PersonForm, found: Person | None, role: str, key: str) -> str:
    return _page("person", "people", shown, form=form, found=found, role=role, key=key)


def _from_quote(form: PersonForm, shown: Shown, role: str) -> None:
    """The birth date that the quote was made with, of the next of that role who is not named yet."""
    named = sum(one.role == role for one in shown.form.people)
    quoted = [born for kind, born in shown.row.content.get("quote", {}).get("people", ()) if kind == role]
    if named < len(quoted):
        fill(form, {"born": quoted[named]})


# Home and work


def _residence(shown: Shown, form: ResidenceForm | None = None) -> str:
    if form is None:
        form = ResidenceForm(formdata=None)
        quoted = shown.row.content.get("quote", {})
        known = {name: quoted[name] for name in ("country", "desired") if name in quoted}
        fill(form, {**known, **(shown.row.content.get("residence") or {})})
    return _page("residence", "residence", shown, form=form, earliest=earliest())


def _keep_residence(shown: Shown) -> str | None:
    form = ResidenceForm()
    if not form.right():
        return _residence(shown, form)
    save_step(db(), shown.row.id, "residence", kept_step(form.residence()), now())
    return None


# Cover and price


def _choice_form(shown: Shown, sent: bool = False) -> ChoiceForm:
    form = ChoiceForm() if sent else ChoiceForm(formdata=None)
    home = shown.form.residence
    zones = zones_open(shown.edition, home.country) if home else list(shown.edition["zone.access"].value)
    say = speaks().say
    form.formula.choices = [(f, say("Formula {formula}", formula=f)) for f in shown.edition.formulas]
    form.zone.choices = [(z, say("Zone {zone}", zone=z)) for z in zones]
    frequencies = shown.edition["premium.frequencies"].value
    form.frequency.choices = [(f, words.frequency(f, language())) for f in frequencies]
    return form


def _choice(shown: Shown, form: ChoiceForm | None = None) -> str:
    if form is None:
        form = _choice_form(shown)
        quoted = shown.row.content.get("quote", {})
        known = {n: quoted[n] for n in ("zone", "frequency", "formula") if quoted.get(n)}
        fill(form, {**known, **(shown.row.content.get("choice") or {})})
    zones = [zone for zone, _name in form.zone.choices]
    frequency = form.frequency.data or shown.edition["premium.frequencies"].value[0]
    prices = {
        (formula, zone): _price(shown, Choice(formula, zone, frequency))
        for formula in shown.edition.formulas
        for zone in zones
    }
    chosen = _price(shown, shown.form.choice) if shown.form.choice else None
    return _page(
        "choice", "choice", shown, form=form, prices=prices, zones=zones, formulas=shown.edition.formulas,
        frequency=frequency, chosen=chosen,
    )  # fmt: skip


def _price(shown: Shown, choice: Choice) -> Price | None:
    """What it costs; None where the tariff has no price for these people, which is told elsewhere."""
    try:
        return premium(shown.edition, shown.form, shown.effect, choice=choice)
    except BadInput:
        return None


def _keep_choice(shown: Shown) -> str | None:
    form = _choice_form(shown, sent=True)
    if not form.validate():
        return _choice(shown, form)
    chosen = Choice(form.formula.data, form.zone.data, form.frequency.data)
    save_step(db(), shown.row.id, "choice", kept_step(chosen), now())
    return None


# Cover until now


def _prior_form(shown: Shown, sent: bool = False) -> PriorForm:
    form = PriorForm() if sent else PriorForm(formdata=None)
    form.people.choices = [(one.key, one.name) for one in shown.form.people]
    return form


def _prior(shown: Shown, form: PriorForm | None = None) -> str:
    if form is None:
        form = _prior_form(shown)
        kept = shown.row.content.get("prior")
        if kept is not None:
            fill(form, {**kept, "had": "yes" if kept["people"] else "no"})
    months = int(shown.edition["waiver.attestation"].value)
    return _page("prior", "prior", shown, form=form, months=months)


def _keep_prior(shown: Shown) -> str | None:
    form = _prior_form(shown, sent=True)
    right = form.right()
    if form.had.data == YES and form.attested.data is not None and form.attested.data > today():
        form.attested.errors = [speaks().say("This is the day on which it was written, today at the latest.")]
        right = False
    if not right:
        return _prior(shown, form)
    save_step(db(), shown.row.id, "prior", kept_step(form.prior()), now())
    return None


# Health declaration


def _health(shown: Shown) -> str:
    return _page("health", "health", shown)


@pages.get("/health/<person_key>")
@allow(APPLICANT)
def health(person_key: str) -> str:
    """A person's health declaration: what was declared last, to be looked through and signed.

    What another adult declared is not shown again once it is signed: it is read by the medical department alone.
    """
    shown = mine()
    found = shown.form.person(person_key) or abort(404)
    answers: dict[str, bool] = {}
    said: dict[str, str] = {}
    if person_key in shown.signed and not _of_another_adult(shown, found):
        with apart() as writing:
            newest = read_declarations(writing, shown.row.id, house().keys, now(), me().actor)[person_key][-1]
        answers, said = newest["answers"], newest["words"]
    return _declaration(shown, found, SignForm(formdata=None), answers, said, {})


def _of_another_adult(shown: Shown, person: Person) -> bool:
    return person.role != "member" and signs_for(shown.form, person, today()) == (person.name,)


@pages.post("/health/<person_key>")
@allow(APPLICANT)
def sign(person_key: str) -> Answer:
    """Keep a declaration, signed today."""
    shown, form = mine(), SignForm()
    found = shown.form.person(person_key) or abort(404)
    asked = questions(shown.edition)
    answers, said = health_answers(request.form, asked)
    say = speaks().say
    wrong = {q: say("Please answer yes or no.") for q in asked if q not in answers}
    wrong |= {q: say("Please explain in a few words.") for q, yes in answers.items() if yes and not said[q].strip()}
    wrong |= {q: say("This is too long: {most} characters at most.", most=speaks().whole(4000))
              for q in asked if len(said[q].strip()) > 4000}  # fmt: skip
    if not form.validate() or wrong:
        return _declaration(shown, found, form, answers, said, wrong), 422
    try:
        declare(db(), shown.row.id, Declared(person_key, answers, said, form.signed_by.data), acting(), house().keys)
    except BadInput as refused:
        undo()
        if refused.where != "signed_by":
            raise
        names = speaks().several(signs_for(shown.form, found, today()), "or")
        form.signed_by.errors = [say("It is signed with the name in the passport: {names}.", names=names)]
        return _declaration(shown, found, form, answers, said, wrong), 422
    until = speaks().day(mine().signed[person_key].good_until)
    flash(say("Signed. The declaration of {name} is good for cover that begins by {day}.", name=found.name, day=until))
    return redirect(url_for("apply_steps.step", step="health"), 303)


def _declaration(
    shown: Shown, found: Person, form: SignForm, answers: dict[str, bool], said: dict[str, str], wrong: dict[str, str]
) -> str:
    asked = [(q, words.question(q, language())) for q in questions(shown.edition)]
    return _page(
        "declaration", "health", shown, person=found, form=form, asked=asked, answers=answers, said=said, wrong=wrong,
        signers=signs_for(shown.form, found, today()), months=shown.edition["membership.health_declaration_valid"],
        apart=_of_another_adult(shown, found),
    )  # fmt: skip


# Payments


def _payment(shown: Shown, form: PaymentForm | None = None) -> str:
    if form is None:
        form = PaymentForm(formdata=None)
        kept = shown.row.content.get("payment") or {}
        fill(form, {"country": shown.form.residence.country if shown.form.residence else "", **kept})
        fill(form, kept.get("account", {}))
        form.signed.data = kept.get("way") == "debit"
    home = shown.form.residence
    euro = home is not None and in_euro_area(home.country, shown.effect)
    creditor = operator() or speaks().say("Your health plan")
    text = mandate(mandate_reference(shown.row.id), creditor, language()).text
    return _page("payment", "payment", shown, form=form, euro=euro, mandate=text)


def _keep_payment(shown: Shown) -> str | None:
    form, home, say = PaymentForm(), shown.form.residence, speaks().say
    right = form.right()
    iban = form.debit_iban.data or ""
    if form.way.data == "debit" and iban:
        try:
            iban = check_iban(iban)
        except BadInput:
            form.debit_iban.errors = [
                say("This is no IBAN: a digit is missing, or two are swapped. Copy it from your bank's own statement.")
            ]
            right = False
    if form.currency.data:
        if home is not None and in_euro_area(home.country, shown.effect) and form.currency.data != EUR:
            form.currency.errors = [say("Inside the euro area it is the euro.")]
            right = False
        try:
            check_account(form.account(), form.currency.data)
        except BadInput as wrong:
            if not form.tell(wrong.where) and right:
                form.refuse(wrong)
            right = False
    if not right:
        return _payment(shown, form)
    signed = {"language": language(), "signed_on": today().isoformat()}
    debit = {"debit_holder": form.debit_holder.data, "debit_iban": iban, **signed} if form.way.data == "debit" else {}
    kept = {"way": form.way.data, "currency": form.currency.data, "account": form.account(), **debit}
    save_step(db(), shown.row.id, "payment", kept, now())
    return None


# What is agreed to


def _consents(shown: Shown, form: ConsentsForm | None = None) -> str:
    if form is None:
        form = ConsentsForm(formdata=None)
        fill(form, shown.row.content.get("consents") or {})
    texts = {kind: consent(kind, language()).text for kind in CONSENTS}
    days = int(shown.edition["membership.cooling_off"].value)
    return _page("consents", "consents", shown, form=form, texts=texts, needed=NEEDED, days=days)


def _keep_consents(shown: Shown) -> str | None:
    form = ConsentsForm()
    right = bool(form.validate())
    for kind in NEEDED:
        if not form[kind].data:
            form[kind].errors = [speaks().say("Without this there can be no membership.")]
            right = False
    if not right:
        return _consents(shown, form)
    given = {kind: bool(form[kind].data) for kind in CONSENTS}
    said = {"language": language(), "given_on": today().isoformat()}
    save_step(db(), shown.row.id, "consents", {**given, **said}, now())
    return None


# Papers


def _papers(shown: Shown, refused: list[str] | None = None) -> str:
    needed = wanted(shown.edition, shown.form, shown.effect)
    open_ = missing(needed, shown.papers)
    return _page("papers", "papers", shown, needed=needed, missing=open_, refused=refused or [], accept=ACCEPT)


@pages.post("/papers")
@allow(APPLICANT)
def add_papers() -> Answer:
    """Papers, each of the kind that it was sent as."""
    shown = mine()
    kind, _, person = request.form.get("paper", "").partition("|")
    taken, refused = take_files()
    if refused or not taken or kind not in KINDS or shown.form.person(person or MEMBER) is None:
        undo()
        return _papers(mine(), refused or [speaks().say("Please choose a file, and say which paper it is.")]), 422
    row = application(db(), shown.row.id, lock=True)
    for file in taken:
        add_paper(db(), row, kind, person or MEMBER, file.name, file.sha256, now(), me().actor)
    flash(speaks().say("Thank you: it has reached us."))
    return redirect(url_for("apply_steps.step", step="papers"), 303)


SHOW: dict[str, Callable[[Shown], str]] = {
    "people": _people, "residence": _residence, "choice": _choice, "prior": _prior, "health": _health,
    "payment": _payment, "consents": _consents, "papers": _papers,
}  # fmt: skip
KEEP: dict[str, Callable[[Shown], str | None]] = {
    "residence": _keep_residence, "choice": _keep_choice, "prior": _keep_prior, "payment": _keep_payment,
    "consents": _keep_consents,
}  # fmt: skip
