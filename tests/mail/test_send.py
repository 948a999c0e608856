"""Mail goes out once, whoever sends it; what fails is tried again; nothing a person typed gets into a mail's head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.db import open_engine, table_of, transaction
from expat.mail.outbox import MOST_ATTEMPTS, PAUSES, NewMail, kept, put, put_all, state_of, usable
from expat.mail.send import TAKEN_FOR_DEAD, send_due
from expat.mail.tables import OutgoingMail
from expat.mail.transport import Folder, MailServer, Unreachable, transport_of
from expat.settings import Settings
from tests.mail.server import Server, mail_server
from tests.payments.insured import at_once, url_of

AT = datetime(2025, 8, 4, 12, tzinfo=UTC)
FROM = "plan@example.org"
MAIL = table_of(OutgoingMail)


@pytest.fixture
def server() -> Iterator[Server]:
    with mail_server() as opened:
        yield opened


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


def write(
    engine: Engine, key: str = "k", to: str = "ada@example.org", subject: str = "Décompte", body: str = "Voilà\n"
) -> int:
    with transaction(engine) as session:
        return put(session, key, "statement", to, "fr", subject, body, AT) or 0


def to_server(server: Server) -> MailServer:
    return MailServer("127.0.0.1", server.port, "none")


def send(engine: Engine, server: Server, clock: Callable[[], datetime] = lambda: AT) -> int:
    return send_due(engine, clock, to_server(server), FROM, "Expat, the plan")


def states(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        return [state_of(row) for row in kept(session)]


def test_a_mail_arrives_as_it_was_written(engine: Engine, server: Server) -> None:
    write(engine, body="Bonjour Zoë,\n\n1\u202f234,50\u00a0EUR\n.\nfin\n")
    assert send(engine, server) == 1
    mail = server.mails[0]
    assert (mail["To"], mail["Subject"], mail["Content-Language"]) == ("ada@example.org", "Décompte", "fr")
    assert mail["From"] == '"Expat, the plan" <plan@example.org>'
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    assert mail.get_content().replace("\r\n", "\n") == "Bonjour Zoë,\n\n1\u202f234,50\u00a0EUR\n.\nfin\n"


def test_what_was_told_is_not_told_again(engine: Engine, server: Server) -> None:
    assert write(engine) and not write(engine, body="again")
    assert (send(engine, server), send(engine, server)) == (1, 0)
    assert len(server.got) == 1
    assert states(engine) == ["sent"]


def test_what_a_mail_said_is_not_kept_once_it_is_out(engine: Engine, server: Server) -> None:
    write(engine, body="https://example.org/password/secret")
    send(engine, server)
    with transaction(engine) as session:
        assert session.execute(select(MAIL.c.body)).scalar_one() == ""


def test_several_mails_share_one_line_to_the_server(engine: Engine, server: Server) -> None:
    for n in range(5):
        write(engine, f"k{n}")
    assert send(engine, server) == 5
    assert server.lines == 1


HEADS = ("a\r\nBcc: eve@example.org", "a\nSubject: other", "a\x0bb", "\x00a")


@pytest.mark.parametrize("typed", HEADS)
def test_nothing_typed_makes_another_head(engine: Engine, server: Server, typed: str) -> None:
    write(engine, subject=typed)
    write(engine, "k2", to=f"ada@example.org{typed}")
    send(engine, server)
    for mail in server.mails:
        assert mail["Bcc"] is None
        assert len(mail.get_all("Subject") or []) == 1
        assert mail["To"] == "ada@example.org"
    assert len(server.got) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@b.org",
        "a@b@c.org",
        "a b@c.org",
        "a@b.org,c@d.org",
        "Ada <a@b.org>",
        "a@b.org\n",
        "x" * 250 + "@b.org",
    ],
)
def test_an_address_that_cannot_be_used_is_kept_with_its_problem_and_not_sent(
    engine: Engine, server: Server, address: str
) -> None:
    good = usable(address.strip())
    assert good == (address == "a@b.org\n")
    write(engine, to=address)
    assert send(engine, server) == int(good)
    assert states(engine) == ["sent" if good else "given_up"]


def test_what_fails_is_tried_again_after_growing_pauses_and_then_given_up(engine: Engine, server: Server) -> None:
    write(engine)
    server.answers["DATA"] = "451 try later"
    clock, tried = Clock(), 0
    for pause in (*PAUSES, timedelta(days=9)):
        assert send(engine, server, clock) == 0
        tried += 1
        clock.at += pause - timedelta(seconds=1)
        assert send(engine, server, clock) == 0
        with transaction(engine) as session:
            row = kept(session)[0]
        assert (row.attempts, row.problem) == (tried, "451 try later")
        clock.at += timedelta(seconds=1)
    assert tried == MOST_ATTEMPTS
    server.answers.clear()
    assert (send(engine, server, clock), states(engine)) == (0, ["given_up"])


def test_one_that_failed_arrives_when_the_server_takes_it(engine: Engine, server: Server) -> None:
    write(engine)
    server.answers["RCPT"] = "450 greylisted"
    clock = Clock()
    assert (send(engine, server, clock), states(engine)) == (0, ["failed"])
    server.answers.clear()
    clock.at += PAUSES[0]
    assert (send(engine, server, clock), states(engine)) == (1, ["sent"])


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_one_that_is_refused_for_good_is_given_up_and_the_next_goes_out(
    engine: Engine, server: Server, command: str
) -> None:
    write(engine)
    server.answers[command] = "550 no such person"
    assert send(engine, server) == 0
    server.answers.clear()
    write(engine, "k2")
    assert send(engine, server) == 1
    assert states(engine) == ["sent", "given_up"]


def test_where_no_server_answers_the_rest_waits_untried(engine: Engine) -> None:
    with mail_server() as gone:
        port = gone.port
    for n in range(3):
        write(engine, f"k{n}")
    assert send_due(engine, lambda: AT, MailServer("127.0.0.1", port, "none"), FROM) == 0
    assert states(engine) == ["waiting", "waiting", "failed"]


def test_a_sender_that_we_may_not_be_stops_everything(engine: Engine, server: Server) -> None:
    server.answers["MAIL"] = "553 not yours"
    for n in range(3):
        write(engine, f"k{n}")
    assert send(engine, server) == 0
    assert states(engine) == ["waiting", "waiting", "failed"]


def test_a_line_that_the_server_closed_is_opened_again(engine: Engine, server: Server) -> None:
    line = to_server(server)
    write(engine)
    assert send_due(engine, lambda: AT, line, FROM) == 1
    write(engine, "k2")
    line._call().close()  # and one that nobody uses does no harm
    assert send_due(engine, lambda: AT, line, FROM) == 1
    assert len(server.got) == 2


class Dying:
    """A way out on which the sender dies."""

    def send(self, message: EmailMessage) -> None:
        raise KeyboardInterrupt

    def close(self) -> None: ...


def test_one_whose_sender_died_is_taken_over_after_ten_minutes(engine: Engine, server: Server) -> None:
    write(engine)
    with pytest.raises(KeyboardInterrupt):
        send_due(engine, lambda: AT, Dying(), FROM)
    clock = Clock()
    clock.at = AT + TAKEN_FOR_DEAD - timedelta(seconds=1)
    assert (send(engine, server, clock), states(engine)) == (0, ["taken"])
    clock.at = AT + TAKEN_FOR_DEAD
    assert (send(engine, server, clock), states(engine)) == (1, ["sent"])


def test_senders_at_once_send_each_mail_once(engine: Engine, tmp_path: Path) -> None:
    for n in range(30):
        write(engine, f"k{n}", to=f"m{n}@example.org")
    at_once(_send_elsewhere, [(url_of(engine), str(tmp_path / f"s{n}")) for n in range(3)])
    found = [message_from_bytes(p.read_bytes(), policy=policy.default)["To"] for p in tmp_path.rglob("*.eml")]
    assert sorted(found) == sorted(f"m{n}@example.org" for n in range(30))


def _send_elsewhere(barrier: Any, url: str, folder: str) -> None:
    engine = open_engine(url)
    barrier.wait(60)
    send_due(engine, lambda: AT, Folder(Path(folder)), FROM)


def test_many_are_kept_by_few_statements(engine: Engine) -> None:
    mails = [NewMail(f"k{n}", "statement", "ada@example.org", "fr", "s", "b") for n in range(1200)]
    with transaction(engine) as session:
        assert len(put_all(session, mails, AT)) == 1200
        assert put_all(session, mails, AT) == []


def test_a_folder_takes_mail_as_files(engine: Engine, tmp_path: Path) -> None:
    write(engine)
    assert send_due(engine, lambda: AT, Folder(tmp_path / "mail"), FROM) == 1
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name.startswith("20250804-120000-") and file.suffix == ".eml"
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Décompte"


def test_a_folder_that_cannot_be_written_to_says_so(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    write(engine)
    assert send_due(engine, lambda: AT, Folder(tmp_path / "file"), FROM) == 0
    with transaction(engine) as session:
        assert "cannot be written to" in kept(session)[0].problem


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    assert transport_of(Settings()) is None
    assert isinstance(transport_of(Settings(smtp_host="mail.example.org")), MailServer)
    assert isinstance(transport_of(Settings(smtp_host="mail.example.org", mail_folder=tmp_path)), Folder)


def test_a_line_is_encrypted_unless_the_settings_say_otherwise(engine: Engine, server: Server) -> None:
    write(engine)
    line = MailServer("127.0.0.1", server.port, "starttls")
    assert send_due(engine, lambda: AT, line, FROM) == 0
    assert server.got == []
    with pytest.raises(Unreachable, match="STARTTLS"):
        line.send(EmailMessage())
