"""Acting for somebody: each route with each kind of mandate, and what nobody who acts may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.routing import Rule

from expat.audit import AuditEntry
from expat.claims.tables import Claim
from expat.db import table_of
from expat.documents.store import keep
from expat.mail.tables import OutgoingMail
from expat.membership.privacy import choose_privacy
from expat.membership.tables import MembershipChange, PayoutAccount
from expat.portal.access import HALF, PUBLIC, roles_of
from expat.portal.acting import OPENS
from expat.representatives.admit import admit
from expat.representatives.appoint import NewMandate, appoint
from expat.representatives.decide import confirm, revoke
from tests.documents.samples import pdf
from tests.portal.house import AT, PASSWORD, TODAY, Front, text_of
from tests.portal.records import Records

AGENT = {"name": "Max Agent", "email": "representative@test.example", "born": date(1970, 1, 1), "street": "1 Quay",
         "town": "Singapore", "country": "SG"}  # fmt: skip
ALL = ("cover", "claims", "changes", "statements")


def mandate(front: Front, kind: str, rights: tuple[str, ...] = (), **changed: Any) -> int:
    """A mandate of the family's, confirmed, of the account of the representative."""
    keys, membership = front.app.extensions["expat"].keys, changed.pop("membership", front.membership)
    with front.writing() as session:
        digest = keep(session, pdf(), front.settings.document_folder, keys, AT)
        values = {
            "form_key": f"{kind}-{changed.get('from_day', '')}-{len(rights)}", "kind": kind, "language": "en",
            "from_day": TODAY, "rights": rights, "papers": ((digest, "p.pdf"),), **AGENT, **changed,
        }  # fmt: skip
        if kind == "legal":
            values.setdefault("person", front.member)
        channel = "post" if kind == "legal" else "web"
        by = f"account:{front.accounts['manager' if kind == 'legal' else 'member']}"
        key, _again = appoint(session, membership, NewMandate(**values), AT, by, channel)
        if kind != "broker":
            confirm(session, key, AT, f"account:{front.accounts['manager2']}")
        admit(session, key, AT, "test")
    return key


def routes(front: Front) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(front.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static" and not roles_of(front.app, rule.endpoint) & {PUBLIC, HALF}:
                yield rule, method


def opened(front: Front, records: Records, key: int) -> set[str]:
    """The endpoints that are not refused under a mandate; whatever is open answers without a fault."""
    found = set()
    for rule, method in routes(front):
        if rule.endpoint.startswith("account.") or rule.endpoint.endswith(("give_up", "revoke", "back")):
            continue
        answer = front.client("representative").open(f"/for/{key}{records.address(rule)}", method=method)
        assert answer.status_code < 500, (rule.rule, method)
        if answer.status_code not in (403, 405):
            found.add(rule.endpoint)
    return found


@pytest.mark.parametrize("rights", [("claims",), ("cover", "changes"), ("statements",), ALL])
def test_a_broker_reaches_what_the_rights_open_and_nothing_else(front: Front, rights: tuple[str, ...]) -> None:
    records = Records(front)
    key = mandate(front, "broker", rights)
    led = {"member_claims.claims", "member_claims.claim"} if "claims" in rights else set()
    led |= {"member_cover_changes.changes"} if "changes" in rights else set()
    allowed = set().union(*(OPENS[word] for word in ("", *rights))) | led
    found = opened(front, records, key)
    assert found <= allowed
    assert {f"acting_for.{word}" for word in (*rights, "overview")} <= found


def test_a_legal_representative_reaches_the_member_s_pages_and_no_others(front: Front) -> None:
    records = Records(front)
    key = mandate(front, "legal")
    found = opened(front, records, key)
    assert {"member_home.home", "member_claims.claim", "member_payout.payout", "member_data.data"} <= found
    assert all("member" in roles_of(front.app, name) or name in OPENS[""] for name in found)


def test_without_the_mandate_in_the_address_a_representative_has_the_list_alone(front: Front) -> None:
    key = mandate(front, "broker", ALL)
    browser = front.client("representative")
    assert "Ada Lovelace" in text_of(browser.get("/acting-for").text)
    for path in ("/claims", "/cover", "/home", "/statements", "/cover/payout"):
        assert browser.get(path).status_code in (403, 404), path
    assert browser.get("/acting-for/cover").status_code == 404
    page = browser.get(f"/for/{key}/acting-for/cover")
    assert "You act for Ada Lovelace, membership M-1" in text_of(page.text)


@pytest.mark.parametrize("name", ["stranger", "spouse", "manager", "employer", "member", "admin"])
def test_a_mandate_opens_nothing_to_anybody_else(front: Front, name: str) -> None:
    key = mandate(front, "legal")
    for path in ("/home", "/claims", "/acting-for/overview"):
        assert front.client(name).get(f"/for/{key}{path}").status_code in (403, 404)
    assert "/sign-in" in front.client().get(f"/for/{key}/claims").location


def test_a_revoked_an_expired_and_a_coming_mandate_open_nothing(front: Front) -> None:
    browser = front.client("representative")
    over = mandate(front, "broker", ALL, from_day=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1))
    coming = mandate(front, "broker", ALL, from_day=TODAY + timedelta(days=1))
    held = mandate(front, "broker", ALL)
    assert [browser.get(f"/for/{key}/acting-for/cover").status_code for key in (over, coming, held)] == [404, 404, 200]
    with front.writing() as session:
        revoke(session, held, "", AT, "test")
    assert browser.get(f"/for/{held}/acting-for/cover").status_code == 404
    assert "Ada" not in browser.get("/acting-for").text


def test_a_right_that_is_taken_is_closed_at_once(front: Front) -> None:
    key = mandate(front, "broker", ("cover", "statements"))
    browser = front.client("representative")
    assert browser.get(f"/for/{key}/acting-for/payments").status_code == 200
    taken = front.client("member").post(
        f"/cover/representatives/{key}/rights", data={"what": "statements", "given": "no"}
    )
    assert taken.status_code == 303
    assert browser.get(f"/for/{key}/acting-for/payments").status_code == 403
    assert browser.get(f"/for/{key}/acting-for/cover").status_code == 200


def test_nobody_who_acts_but_a_legal_representative_changes_where_money_goes(front: Front) -> None:
    browser = front.client("representative")
    fields = {
        "currency": "SGD",
        "holder": "Max",
        "iban": "FR7630006000011234567890189",
        "town": "Paris",
        "country": "FR",
    }
    before = counted(front, PayoutAccount), counted(front, MembershipChange)
    for key in (mandate(front, "broker", ALL), mandate(front, "agent", ("claims",))):
        for path, data in (("account", fields | {"password": PASSWORD}), ("currency", {"paid_in": "EUR"})):
            assert browser.post(f"/for/{key}/cover/payout/{path}", data=data).status_code == 403
        assert browser.post(f"/for/{key}/cover/representatives/new?kind=agent").status_code == 403
    assert (counted(front, PayoutAccount), counted(front, MembershipChange)) == before


def counted(front: Front, table: Any) -> int:
    with front.writing() as session:
        return int(session.execute(select(func.count()).select_from(table_of(table))).scalar_one())


def test_no_broker_opens_a_paper_or_reads_a_diagnosis(front: Front) -> None:
    records = Records(front)
    key = mandate(front, "broker", ALL)
    browser = front.client("representative")
    for digest in (records.report, records.family["sha256"]):
        for tail in ("", "/view", "/page/1.png"):
            assert browser.get(f"/for/{key}/documents/{digest}{tail}").status_code == 404
    for rule, method in routes(front):
        if method == "GET":
            answer = browser.get(f"/for/{key}{records.address(rule)}")
            assert records.diagnosis.encode() not in answer.data, rule.rule


def test_a_legal_representative_opens_the_medical_papers_of_the_represented_and_leaves_a_trail(front: Front) -> None:
    records = Records(front)
    mine, browser = mandate(front, "legal", person=front.spouse), front.client("representative")
    assert browser.get(f"/for/{mine}/documents/{records.report}").status_code == 200  # of the spouse's claim
    with front.writing() as session:
        entry = table_of(AuditEntry)
        read = session.execute(
            select(entry).where(entry.c.action == "document.read").order_by(entry.c.id.desc())
        ).first()
        acted = session.execute(select(entry).where(entry.c.action == "representative.acted")).all()
    assert read.actor == f"account:{front.accounts['representative']}"
    assert read.detail["mandate"] == mine and read.detail["medical"]
    assert {row.subject for row in acted} == {f"membership:{front.membership}"}


def test_who_represents_the_spouse_is_the_spouse_and_not_the_member(front: Front) -> None:
    key, browser = mandate(front, "legal", person=front.spouse), front.client("representative")
    assert browser.get(f"/for/{key}/cover").status_code == 200
    answer = browser.get(f"/for/{key}/cover/payout", follow_redirects=True)
    assert "who alone can change this" in text_of(answer.text)
    assert browser.post(f"/for/{key}/cover/changes/new?kind=formula").status_code == 303


def test_a_private_adult_s_claims_stay_private_whoever_acts_for_the_member(front: Front) -> None:
    records = Records(front)
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "test")
    browser = front.client("representative")
    legal, broker = mandate(front, "legal"), mandate(front, "broker", ALL)
    claim = records.family["claim_id"]
    assert browser.get(f"/for/{legal}/claims/{claim}").status_code == 404
    assert browser.get(f"/for/{legal}/documents/{records.family['sha256']}").status_code == 404
    assert "80.00" not in text_of(browser.get(f"/for/{broker}/acting-for/payments").text)
    page = browser.post(f"/for/{broker}/claims/new", data={"key": "e" * 32}, follow_redirects=True)
    assert "Charles" not in text_of(page.text).partition("You act for")[2]


def test_a_broker_sends_a_claim_which_shows_as_such_to_the_member(front: Front) -> None:
    key, browser = mandate(front, "broker", ("claims",)), front.client("representative")
    under = f"/for/{key}"
    begun = browser.post(f"{under}/claims/new", data={"key": "b" * 32, "files": (BytesIO(pdf()), "f.pdf")})
    assert begun.location == f"{under}/claims/drafts/{'b' * 32}"
    line = {
        "person": str(front.member), "care": "ambulatory.gp", "first_day": "2025-07-10", "amount": "50.00",
        "currency": "SGD", "country": "SG", "cause": "illness", "quantity": "1", "provider": "Dr Tan", "checked": "",
    }  # fmt: skip
    filled = {f"lines-0-{name}": value for name, value in line.items()} | {"version": "1", "do": "check", "window": "w"}
    checked = browser.post(begun.location, data=filled, follow_redirects=True)
    said = text_of(checked.text)
    assert "Check before sending" in said and "waiting" not in said and "estimate" not in said, said
    version = checked.text.partition('name="version" value="')[2].partition('"')[0]
    sent = browser.post(f"{begun.location}/send", data={"version": version}, follow_redirects=True)
    assert "Claims that you sent" in text_of(sent.text)
    with front.writing() as session:
        claim = session.execute(select(table_of(Claim))).first()
    assert claim.submitted_by == f"account:{front.accounts['representative']}"
    member = front.client("member")
    assert "sent by Max Agent in the member's name" in text_of(member.get(f"/claims/{claim.id}").text)
    done = text_of(member.get(f"/cover/representatives/{key}").text)
    assert "Claim handed in" in done


def test_another_membership_s_mandate_does_not_open_this_one_s_records(front: Front) -> None:
    records = Records(front)
    own = mandate(front, "legal", membership=front.other_membership, person=front.stranger)
    browser = front.client("representative")
    for rule, method in routes(front):
        named = "member" in roles_of(front.app, rule.endpoint) and rule.arguments & records.family.keys()
        if named:
            answer = browser.open(f"/for/{own}{records.address(rule)}", method=method)
            assert answer.status_code == 404, (rule.rule, method)


def test_a_legal_representative_changes_the_account_with_the_own_password_and_the_member_is_told(front: Front) -> None:
    key, browser = mandate(front, "legal"), front.client("representative")
    fields = {
        "currency": "EUR", "holder": "Ada Lovelace", "iban": "FR7630006000011234567890189", "town": "Paris",
        "country": "FR", "password": PASSWORD,
    }  # fmt: skip
    answer = browser.post(f"/for/{key}/cover/payout/account", data=fields)
    assert answer.status_code == 303, text_of(answer.text)
    with front.writing() as session:
        mail = table_of(OutgoingMail)
        sent = session.execute(select(mail).where(mail.c.kind == "payout_account")).all()
        entry = session.execute(
            select(table_of(AuditEntry)).where(table_of(AuditEntry).c.action == "account.kept")
        ).all()
    assert {row.to_address for row in sent} == {"representative@test.example", "member@test.example"}
    assert all(f"/for/{key}" not in row.body for row in sent)
    assert entry[-1].detail["mandate"] == key


def test_a_language_is_changed_and_a_sign_in_ends_where_one_was(front: Front) -> None:
    key, browser = mandate(front, "broker", ("cover",)), front.client("representative")
    page = browser.get(f"/for/{key}/acting-for/cover")
    assert f'value="/for/{key}/acting-for/cover' in page.text
    turned = browser.post(f"/for/{key}/language", data={"language": "fr", "back": f"/for/{key}/acting-for/cover"})
    assert turned.location == f"/for/{key}/acting-for/cover"
    assert "Vous agissez pour Ada Lovelace" in text_of(browser.get(turned.location).text)
    nobody = front.client().get(f"/for/{key}/acting-for/cover")
    assert f"next=/for/{key}/acting-for/cover" in nobody.location.replace("%2F", "/")
    assert front.client().get(nobody.location).location.startswith("/sign-in?next=")
