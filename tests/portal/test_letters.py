"""Letters by post on the pages: the member's own, and what the management unit hands over."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

from sqlalchemy import update

from expat.db import table_of
from expat.mail.outbox import put
from expat.premiums.tables import PremiumOpen
from tests.portal.house import AT, TODAY, Front, text_of
from tests.portal.lettered import a_letter
from tests.portal.test_premiums import called

OPEN = table_of(PremiumOpen)


def test_a_member_reads_the_own_letters_and_mails_and_nobody_else_does(front: Front) -> None:
    key = called(front)
    with front.writing() as session:
        found = a_letter(session, front.membership, key, TODAY, AT)
    address = f"/letters/{found['letter_id']}.pdf"
    member = front.client("member")
    page = member.get("/letters").text
    assert address in page and "registered letter" in text_of(page)
    assert member.get(address).data.startswith(b"%PDF")
    assert address in member.get(f"/premiums/{key}").text
    for other in ("spouse", "stranger"):
        assert front.client(other).get(address).status_code == 404
        assert address not in front.client(other).get("/letters").text


def test_mails_of_another_adult_are_not_shown(front: Front) -> None:
    with front.writing() as session:
        put(session, "message:77", "message", "spouse@test.example", "en", "For the spouse alone", "b", AT)
    assert "For the spouse alone" not in front.client("member").get("/letters").text


def test_the_desk_hands_over_once_and_sees_what_cannot_leave(front: Front) -> None:
    key, desk = called(front), front.client("manager")
    assert "No letter waits to leave" in text_of(desk.get("/desk/letters").text)
    with front.writing() as session:  # the formal notice is due, and no address is known
        session.execute(update(OPEN).values(step="notice", next_on=TODAY))
    page = desk.get("/desk/letters").text
    assert "no street, town or country is known" in text_of(page) and f"/desk/premiums/{key}" in page
    assert "Hand over now" not in page
    assert desk.post("/desk/letters").status_code == 303
    assert "No batch was made yet" in text_of(desk.get("/desk/letters").text)
    with front.writing() as session:
        found = a_letter(session, front.membership, key, TODAY - timedelta(days=1), AT)
    answer = desk.get(f"/desk/letters/batch/{found['post_id']}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as kept:
        assert kept.namelist() == [f"letter-{found['letter_id']}.pdf", "letters.csv"]
    assert desk.get("/desk/letters/batch/99.zip").status_code == 404
    assert desk.get(f"/desk/letters/{found['letter_id']}.pdf").status_code == 200
    assert front.client("member").get("/desk/letters").status_code == 403
