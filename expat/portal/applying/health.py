"""Each person's health declaration, answered and signed, here or by a link of the person's own."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for

from expat.accounts.open import email_of
from expat.applications.declare import declare, read_declarations, signs_for
from expat.applications.form import Person
from expat.applications.link import GOOD_FOR, mail_link, make_link, opened, sign_alone, signs_alone
from expat.errors import BadInput, NotFound
from expat.mail.application_letters import declaration_link
from expat.membership.changes import Acting
from expat.portal.access import APPLICANT, PUBLIC, allow
from expat.portal.apply_file import acting
from expat.portal.apply_forms import LinkForm
from expat.portal.apply_shown import Shown, mine, shown_application
from expat.portal.applying.frame import Answer, page, steps
from expat.portal.declaring import Answered, answered, empty
from expat.portal.declaring import shown as as_shown
from expat.portal.told import link, operator
from expat.portal.work import apart, db, house, language, me, now, speaks, today, undo


def show(shown: Shown) -> str:
    """Whose declaration is signed, and whose is not."""
    return page("health", "health", shown)


@steps.get("/health/<person_key>")
@allow(APPLICANT)
def health(person_key: str) -> str:
    """A person's health declaration: what was declared last, to be looked through and signed.

    What another adult declared is not shown again once it is signed: it is read by the medical department alone.
    """
    shown = mine()
    found = shown.form.person(person_key) or abort(404)
    before = empty(shown.edition)
    if person_key in shown.signed and not _of_another_adult(shown, found):
        with apart() as writing:
            newest = read_declarations(writing, shown.row.id, house().keys, now(), me().actor)[person_key][-1]
        before = empty(shown.edition, newest["answers"], newest["words"])
    return _declaration(shown, found, before)


def _of_another_adult(shown: Shown, person: Person) -> bool:
    return signs_alone(shown.row, person, acting())


@steps.post("/health/<person_key>")
@allow(APPLICANT)
def sign(person_key: str) -> Answer:
    """Keep a declaration, signed today. What another adult signed alone is not signed over here."""
    shown = mine()
    found = shown.form.person(person_key) or abort(404)
    if person_key in shown.signed and shown.signed[person_key].alone:
        abort(409)
    sent = answered(shown.edition, signs_for(shown.form, found, today()))
    if sent.wrong:
        return _declaration(shown, found, sent), 422
    declare(db(), shown.row.id, sent.declared(person_key), acting(), house().keys)
    until = speaks().day(mine().signed[person_key].good_until)
    flash(speaks().say(
        "Signed. The declaration of {name} is good for cover that begins by {day}.", name=found.name, day=until
    ))  # fmt: skip
    return redirect(url_for("apply_steps.step", step="health"), 303)


def _declaration(shown: Shown, found: Person, sent: Answered, form: LinkForm | None = None) -> str:
    return page(
        "declaration", "health", shown, person=found, months=shown.edition["membership.health_declaration_valid"],
        apart=_of_another_adult(shown, found), link_form=form or LinkForm(formdata=None), link_days=GOOD_FOR.days,
        **as_shown(sent, signs_for(shown.form, found, today())),
    )  # fmt: skip


@steps.post("/health/<person_key>/link")
@allow(APPLICANT)
def send_link(person_key: str) -> Answer:
    """Mail another adult a link to fill in and sign the own declaration alone."""
    shown, form = mine(), LinkForm()
    found = shown.form.person(person_key) or abort(404)
    if not _of_another_adult(shown, found):
        abort(404)
    try:
        address = email_of(form.email.data or "") if form.validate() else ""
    except BadInput:
        form.email.errors = [speaks().say("This is no address of mail: such as ada@example.org.")]
        address = ""
    if not address:
        return _declaration(shown, found, empty(shown.edition), form), 422
    token = make_link(db(), shown.row.id, person_key, acting())
    url = link(url_for("apply_steps.alone", token=token))
    text = declaration_link(language(), found.name, me().name, url, GOOD_FOR.days, operator())
    mail_link(db(), shown.row.id, person_key, address, language(), text, now())
    flash(speaks().say("A link is on its way to {name}. You see here when it is signed.", name=found.name))
    return redirect(url_for("apply_steps.step", step="health"), 303)


def _alone() -> Acting:
    """Who signs by a link: nobody who is signed in."""
    return Acting(today(), now(), house().preference, "link")


@steps.route("/declare/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def alone(token: str) -> Answer:
    """A declaration for whoever holds its link: the questions, nothing else of the application."""
    try:
        found = opened(db(), token, now())
    except NotFound:
        return render_template("portal/apply/alone.html", found=None), 404
    shown = shown_application(found.application)
    signers = signs_for(shown.form, found.person, today())
    sent = answered(shown.edition, signers) if request.method == "POST" else empty(shown.edition)
    if request.method == "POST" and not sent.wrong:
        try:
            sign_alone(db(), token, sent.declared(found.person.key), _alone(), house().keys)
        except NotFound:
            undo()
            return render_template("portal/apply/alone.html", found=None), 404
        return render_template("portal/apply/alone.html", found=found, signed=True)
    months = shown.edition["membership.health_declaration_valid"]
    member = shown.form.member
    return render_template(
        "portal/apply/alone.html", found=found, months=months, member=member.name if member else "",
        **as_shown(sent, signers),
    ), 422 if sent.wrong else 200  # fmt: skip
