"""The online source, played by servers on this machine: one that answers, one that never does."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlmodel import Session, select

from expat.currency.online import ForexPython
from expat.currency.rates import NewRate, add_rates
from expat.currency.sources import RateSource, RateSourceUnavailable
from expat.currency.tables import PublishedRate

DAY = date(2026, 11, 20)
Answering = Callable[..., ForexPython]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A service that gives one answer to whatever it is asked, and remembers the question."""
    servers: list[HTTPServer] = []

    def serve(body: str, status: int = 200) -> ForexPython:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.server.asked = self.path  # type: ignore[attr-defined]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_arguments: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return ForexPython(timeout=5, address=f"http://127.0.0.1:{server.server_port}/api/")

    serve.servers = servers  # type: ignore[attr-defined]
    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


GOOD = '{"base": "EUR", "date": "2026-11-20", "rates": {"USD": 1.10, "JPY": 171, "BTC": 0.00001, "EUR": 1}}'


def test_a_good_answer_is_kept_like_any_other_rate(session: Session, answering: Answering) -> None:
    source: RateSource = answering(GOOD)
    arrived = source.fetch(DAY)
    assert arrived == [
        NewRate("USD", Decimal("1.10"), "forex-python", DAY),
        NewRate("JPY", Decimal(171), "forex-python", DAY),
    ]
    assert str(arrived[0].value) == "1.10"
    assert answering.servers[0].asked == "/api/2026-11-20?base=EUR&rtype=fpy"  # type: ignore[attr-defined]
    assert add_rates(session, arrived, datetime(2026, 11, 21, tzinfo=UTC)) == 2
    assert {row.source for row in session.exec(select(PublishedRate))} == {"forex-python"}


def test_an_answer_of_an_earlier_day_is_kept_under_its_own_day(answering: Answering) -> None:
    assert answering(GOOD).fetch(date(2026, 11, 22))[0].published_on == DAY


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ("<html>down</html>", 200, "no JSON"),
        (GOOD, 503, "answered with 503"),
        ("[]", 200, "no rates"),
        ('{"date": "2026-11-20", "rates": {}}', 200, "no rates"),
        (GOOD.replace('"EUR",', '"USD",'), 200, "no rates for the euro"),
        (GOOD.replace("2026-11-20", "soon"), 200, "of no day"),
        (GOOD.replace("2026-11-20", "2026-11-21"), 200, "it answered with 2026-11-21"),
        (GOOD.replace("1.10", "-1.10"), 200, "USD"),
        (GOOD.replace("1.10", "NaN"), 200, "no JSON"),
        (GOOD.replace("1.10", '"1.10"'), 200, "USD"),
        (GOOD.replace("1.10", "true"), 200, "USD"),
    ],
)
def test_a_bad_answer_is_one_clear_error(answering: Answering, body: str, status: int, problem: str) -> None:
    with pytest.raises(RateSourceUnavailable, match=problem) as refused:
        answering(body, status).fetch(DAY)
    assert str(refused.value).startswith("forex-python: ")


def test_a_silent_server_is_given_up_after_the_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        source = ForexPython(timeout=0.3, address=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        started = time.monotonic()
        with pytest.raises(RateSourceUnavailable, match=r"no answer within 0\.3 s"):
            source.fetch(DAY)
        assert time.monotonic() - started < 3


def test_nobody_listening_is_one_clear_error() -> None:
    with pytest.raises(RateSourceUnavailable, match="cannot be reached"):
        ForexPython(timeout=1, address="http://127.0.0.1:9/").fetch(DAY)
