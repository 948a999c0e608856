"""Who may open which document, what is kept of it, and that nothing but pictures of ours is shown."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from expat.accounts.open import set_roles
from expat.approvals.tables import ApprovalDocument, ApprovalRequest
from expat.audit import AuditEntry
from expat.claims.drafts import add_document, start_draft
from expat.claims.intake import NewClaim
from expat.claims.readers import APPROVAL, DRAFT, LINE, Reader, Use, opened_as
from expat.claims.submit import submit
from expat.db import table_of
from expat.documents.keys import Keys
from expat.documents.pictures import page_count, page_picture
from expat.documents.store import keep
from expat.errors import NotFound
from expat.membership.privacy import choose_privacy
from tests.documents.samples import heic, pdf, picture
from tests.payments.insured import visit
from tests.portal.house import AT, TODAY, Front

ADA, CHARLES, ANN, GRACE = 1, 2, 3, 9
FAMILY, OTHERS = 1, 2
ALL = ("member", "spouse", "stranger", "medical", "manager")


# --- the rule ---------------------------------------------------------------------------------------------------------


def line(person: int, kind: str = "invoice", confidential: bool = False, membership: int = FAMILY) -> Use:
    return Use(LINE, kind, confidential, membership, person, None, f"line:{person}")


APPROVAL_FILE = Use(APPROVAL, "quote", True, FAMILY, CHARLES, None, "approval:1")
DRAFT_OF_11 = Use(DRAFT, "invoice", False, FAMILY, None, 11, "draft:a")
MEMBER = Reader(11, frozenset({"member"}), ADA, frozenset({ANN}), frozenset({CHARLES}))
MEMBER_OF_PRIVATE = MEMBER._replace(sees=frozenset())
SPOUSE = Reader(12, frozenset({"member"}), CHARLES)
STRANGER = Reader(13, frozenset({"member"}), GRACE)
DOCTOR = Reader(14, frozenset({"medical"}))
DESK = Reader(15, frozenset({"manager"}))
OTHER_STAFF = [Reader(16, frozenset({role})) for role in ("accountant", "admin")]


@pytest.mark.parametrize(
    ("use", "who"),
    [
        (line(ADA), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR, DESK}),
        (line(ADA, "prescription"), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR, DESK}),
        (line(ADA, "cause_proof"), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR, DESK}),
        (line(ADA, "original"), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR, DESK}),
        (line(ADA, "medical_report"), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR}),
        (line(ADA, confidential=True), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR}),
        (line(CHARLES), {MEMBER, SPOUSE, DOCTOR, DESK}),
        (line(CHARLES, "medical_report"), {SPOUSE, DOCTOR}),
        (line(CHARLES, confidential=True), {SPOUSE, DOCTOR}),
        (line(ANN, "medical_report"), {MEMBER, MEMBER_OF_PRIVATE, DOCTOR}),
        (APPROVAL_FILE, {SPOUSE, DOCTOR}),
        (DRAFT_OF_11, {MEMBER, MEMBER_OF_PRIVATE}),
    ],
)
def test_a_paper_opens_to_those_whom_it_concerns(use: Use, who: set[Reader]) -> None:
    everybody = {MEMBER, MEMBER_OF_PRIVATE, SPOUSE, STRANGER, DOCTOR, DESK, *OTHER_STAFF}
    assert {reader for reader in everybody if opened_as(reader, [use])} == who


def test_what_is_medical_for_one_line_is_not_open_to_the_management_unit_through_another() -> None:
    assert opened_as(DESK, [line(ADA), line(ADA, "medical_report")]) is None
    assert opened_as(DESK, [line(ADA), line(GRACE, confidential=True, membership=OTHERS)]) == line(ADA)


def test_a_prescription_of_a_request_for_approval_opens_to_the_management_unit_once_it_is_a_claims() -> None:
    assert opened_as(DESK, [APPROVAL_FILE, line(CHARLES, "prescription")]) == line(CHARLES, "prescription")


def test_who_belongs_to_the_staff_opens_papers_of_the_own_membership_as_an_insured_person_alone() -> None:
    own = frozenset({FAMILY})
    doctor = Reader(14, frozenset({"medical"}), own=own)
    desk = Reader(15, frozenset({"manager", "member"}), ADA, frozenset({ANN}), own=own)
    for use in (line(CHARLES), line(CHARLES, confidential=True), APPROVAL_FILE):
        assert opened_as(doctor, [use]) is None and opened_as(desk, [use]) is None
    assert opened_as(desk, [line(ANN, "medical_report")]) and opened_as(desk, [line(GRACE, membership=OTHERS)])
    assert opened_as(doctor, [line(GRACE, confidential=True, membership=OTHERS)])


def test_a_reading_of_what_is_both_plain_and_medical_counts_as_medical() -> None:
    found = opened_as(SPOUSE, [line(CHARLES), APPROVAL_FILE])
    assert found is not None
    assert found.medical


# --- over the web -----------------------------------------------------------------------------------------------------


class Papers:
    """One paper of each kind, kept for the family."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.keys = Keys.read(front.settings.document_key.get_secret_value())  # type: ignore[union-attr]

    def kept(self, content: bytes) -> str:
        with self.front.writing() as session:
            return keep(session, content, self.front.settings.document_folder, self.keys, AT)

    def of_line(self, person: int, content: bytes, kind: str = "invoice", secret: bool = False) -> str:
        """A paper of a claim's line."""
        digest = self.kept(content)
        confidential = frozenset({digest}) if secret else frozenset()
        new = visit(person, "45.00 EUR", country="SG", files={kind: (digest,)}, confidential=confidential)
        membership = self.front.membership if person in self.front.people else self.front.other_membership
        with self.front.writing() as session:
            submit(session, membership, NewClaim([new], TODAY, digest), AT, ("ecb",))
        return digest

    def of_approval(self, person: int, content: bytes) -> str:
        digest = self.kept(content)
        request = {
            "membership_id": self.front.membership, "person_id": person, "care": "hospital", "requested_on": TODAY,
            "starts_on": TODAY, "emergency": False, "recorded_at": AT,
        }  # fmt: skip
        with self.front.writing() as session:
            key = session.execute(table_of(ApprovalRequest).insert().values(request)).inserted_primary_key[0]
            paper = {"request_id": key, "kind": "quote", "name": "q.pdf", "sha256": digest, "recorded_at": AT}
            session.execute(table_of(ApprovalDocument).insert().values(paper))
        return digest

    def of_draft(self, name: str, content: bytes) -> str:
        digest, account = self.kept(content), self.front.accounts[name]
        with self.front.writing() as session:
            key = start_draft(session, self.front.membership, account, AT).key
            add_document(session, key, account, digest, "invoice", "i.pdf", False, AT)
        return digest


def who_opens(front: Front, digest: str) -> set[str]:
    """Those to whom the document and its pages open; everybody else finds nothing there."""
    opens = set()
    for name in ALL:
        browser = front.client(name)
        found = {browser.get(f"/documents/{digest}{what}").status_code for what in ("", "/view", "/page/1.png")}
        assert found in ({200}, {404}), name
        if found == {200}:
            opens.add(name)
    for name in ("accountant", "admin"):
        assert front.client(name).get(f"/documents/{digest}").status_code == 403
    return opens


def test_papers_open_to_those_whom_they_concern_and_to_nobody_else(front: Front) -> None:
    papers, ada, charles = Papers(front), front.member, front.spouse
    assert who_opens(front, papers.of_line(ada, pdf(201))) == {"member", "medical", "manager"}
    assert who_opens(front, papers.of_line(ada, pdf(202), secret=True)) == {"member", "medical"}
    assert who_opens(front, papers.of_line(ada, pdf(203), "medical_report")) == {"member", "medical"}
    assert who_opens(front, papers.of_line(charles, pdf(204))) == {"member", "spouse", "medical", "manager"}
    assert who_opens(front, papers.of_line(charles, pdf(205), "medical_report")) == {"spouse", "medical"}
    assert who_opens(front, papers.of_line(front.child, pdf(206), "medical_report")) == {"member", "medical"}
    assert who_opens(front, papers.of_line(front.stranger, pdf(207))) == {"stranger", "medical", "manager"}
    assert who_opens(front, papers.of_approval(charles, pdf(208))) == {"spouse", "medical"}
    assert who_opens(front, papers.of_draft("spouse", pdf(209))) == {"spouse"}


def test_the_papers_of_an_adult_who_keeps_claims_private_are_closed_to_the_member(front: Front) -> None:
    digest = Papers(front).of_line(front.spouse, pdf(211))
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "account:2")
    assert who_opens(front, digest) == {"spouse", "medical", "manager"}


@pytest.mark.parametrize("role", ["medical", "manager"])
def test_the_papers_of_a_private_adult_stay_closed_to_staff_of_the_same_membership(front: Front, role: str) -> None:
    digest = Papers(front).of_line(front.spouse, pdf(216))
    with front.writing() as session:
        choose_privacy(session, front.spouse, True, TODAY, AT, "account:2")
        set_roles(session, front.accounts["member"], ["member", role], AT, "test")
    assert who_opens(front, digest) == {"spouse", "medical", "manager"}
    assert readings(front) and f"account:{front.accounts['member']}" not in {row.actor for row in readings(front)}


def test_what_was_never_kept_and_what_is_no_hash_are_not_there(front: Front) -> None:
    for what in ("0" * 64, "0" * 63, "..%2Fkeys", "%00"):
        assert front.client("medical").get(f"/documents/{what}").status_code == 404
    digest = Papers(front).of_line(front.member, pdf(212))
    assert front.client("member").get(f"/documents/{digest}/page/2.png").status_code == 404
    assert front.client("member").get(f"/documents/{digest}/page/{10**30}.png").status_code == 404


def readings(front: Front) -> list[Any]:
    with front.writing() as session:
        entry = table_of(AuditEntry)
        return list(session.execute(select(entry).where(entry.c.action == "document.read").order_by(entry.c.id)))


def test_each_reading_of_what_is_medical_and_each_by_staff_is_kept(front: Front) -> None:
    papers = Papers(front)
    plain = papers.of_line(front.member, pdf(213))
    secret = papers.of_line(front.member, pdf(214), "medical_report")
    front.client("member").get(f"/documents/{plain}")
    assert readings(front) == []
    front.client("member").get(f"/documents/{secret}")
    front.client("medical").get(f"/documents/{secret}/page/1.png")
    front.client("manager").get(f"/documents/{plain}")
    front.client("manager").get(f"/documents/{secret}")  # not open: nothing was read
    seen = [(row.actor, row.detail["document"], row.detail["medical"]) for row in readings(front)]
    member, doctor, desk = (f"account:{front.accounts[name]}" for name in ("member", "medical", "manager"))
    assert seen == [(member, secret, True), (doctor, secret, True), (desk, plain, False)]
    assert all(row.subject.startswith("line:") for row in readings(front))


def test_a_pdf_is_given_as_a_file_that_can_do_nothing(front: Front) -> None:
    digest = Papers(front).of_line(front.member, pdf(215))
    answer = front.client("member").get(f"/documents/{digest}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.data == pdf(215)
    page = front.client("member").get(f"/documents/{digest}/page/1.png")
    assert page.mimetype == "image/png"
    assert Image.open(BytesIO(page.data)).format == "PNG"


def test_a_picture_is_made_anew_without_what_its_file_carried(front: Front) -> None:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera in Lisbon"
    Image.new("RGB", (40, 30), "white").save(made, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")
    content = made.getvalue() + b"GIF89a/*<script>*/"
    digest = Papers(front).of_line(front.member, content)
    answer = front.client("member").get(f"/documents/{digest}")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"] == "inline"
    assert not any(left in answer.data for left in (b"Lisbon", b"script", b"GIF89a"))
    assert Image.open(BytesIO(answer.data)).size == (40, 30)


def test_every_kind_of_picture_becomes_one_that_browsers_show() -> None:
    kinds = [(heic(), "image/heic"), (picture("PNG"), "image/png"), (picture("JPEG"), "image/jpeg")]
    for content, media_type in kinds:
        assert page_count(content, media_type) == 1
        assert page_picture(content, media_type, 1).media_type == "image/jpeg"
        with pytest.raises(NotFound):
            page_picture(content, media_type, 2)
    assert page_count(pdf(), "application/pdf") == 1
    with pytest.raises(NotFound):
        page_picture(pdf(), "application/pdf", 0)


PROOF_OF_ANN = Use("proof", "school", False, FAMILY, ANN, None, "proof:1")


@pytest.mark.parametrize(
    ("reader", "opens"),
    [*((one, True) for one in (MEMBER, DESK, DOCTOR)), *((one, False) for one in (SPOUSE, STRANGER, *OTHER_STAFF))],
)
def test_a_certificate_opens_to_the_family_and_the_management_unit(reader: Reader, opens: bool) -> None:
    assert (opened_as(reader, [PROOF_OF_ANN]) is not None) is opens
