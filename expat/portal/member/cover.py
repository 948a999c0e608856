"""Who is covered and on what terms, cards and certificate, where benefits go, and who keeps claims private."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.currency.euro_area import payout_currency
from expat.letters.card import card_pdf
from expat.letters.certificate import certificate_pdf, in_words
from expat.letters.operator import from_settings
from expat.membership.privacy import choose_privacy, is_adult, private_people
from expat.options.choose import held_on, options_of
from expat.payments.account_records import versions_of
from expat.portal.access import MEMBER, allow
from expat.portal.member.claim_pages import dossier
from expat.portal.member.home import covered
from expat.portal.member.home_facts import people_of, state_of
from expat.portal.member.payout import shown_number
from expat.portal.member.premiums_told import premiums_of
from expat.portal.member.proofs import proofs_of_mine
from expat.portal.work import db, house, language, me, membership, now, person, speaks, today

pages = Blueprint("member_cover", __name__, url_prefix="/cover")


@pages.get("")
@allow(MEMBER)
def cover() -> str:
    """The whole cover. The member changes where benefits go; another adult of the membership reads it."""
    found, is_member = dossier(), me().person_role == "member"
    home, held = found.on("residence", today()), versions_of(db(), membership())
    private, adult = private_people(db(), membership(), today()), is_adult(found.people[person()], today())
    return render_template(
        "portal/member/cover/cover.html", state=state_of(found, today(), language()),
        people=people_of(found, today(), language()), covered=covered, is_member=is_member, private=private,
        paid_in=payout_currency(found.on("payout_currency", today()), home, today()), residence=home,
        accounts=held, shown_number=shown_number, may_choose=not is_member and adult,
        premiums=premiums_of(found) if is_member else [], options=_options() if is_member else [],
        mine=person() in private, upcoming=found.joined > today(), proofs=proofs_of_mine(),
    )  # fmt: skip


def _options() -> list[str]:
    """The options of the membership, each in a line."""
    return [in_words(one, language()) for one in held_on(options_of(db(), membership()), today())]


@pages.get("/card/<int:key>.pdf")
@allow(MEMBER)
def card(key: int) -> Response:
    """The insurance card of a person of the membership."""
    someone = dossier().people.get(key) or abort(404)
    made = card_pdf(db(), key, today(), from_settings(house().settings))
    return pdf(made, f"card-{someone.first_name}".lower())


@pages.get("/certificate.pdf")
@allow(MEMBER)
def certificate() -> Response:
    """The certificate of membership, of all who are covered or of one."""
    asked = request.args.get("person", "")
    people = [key for key in dossier().people if str(key) == asked]
    if asked and not people:
        abort(404)
    made = certificate_pdf(db(), membership(), today(), from_settings(house().settings), language(), people)
    return pdf(made, "certificate")


@pages.post("/privacy")
@allow(MEMBER)
def privacy() -> AnyResponse:
    """Keep one's claims from the member, or no longer."""
    say = speaks().say
    if me().person_role == "member" or not is_adult(dossier().people[person()], today()):
        flash(say("This choice is for adults who are not the member."))
        return redirect(url_for("member_cover.cover"), 303)
    private = request.form.get("private") == "yes"
    choose_privacy(db(), person(), private, today(), now(), me().actor)
    kept = say("From now on the member sees the sums of your care alone.")
    flash(kept if private else say("From now on the member sees your claims."))
    return redirect(url_for("member_cover.cover"), 303)


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the browser shows, with the name that it is saved under."""
    plain: Any = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_")) or "expat"
    return Response(
        content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{plain}.pdf"'}
    )  # fmt: skip
