"""A mail server for the tests: keeps what it is handed, and answers as it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class Server(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP. `answers` maps a command to what it says instead of 250 (of DATA: after the text)."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.lines = 0
        self.answers: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), _Line)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def mails(self) -> list[EmailMessage]:
        return [cast(EmailMessage, message_from_bytes(one, policy=policy.default)) for one in self.got]


class _Line(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.lines += 1
        self.say("220 ready")
        for line in iter(self.rfile.readline, b""):
            command = line[:4].decode("ascii", "replace").upper()
            if command == "DATA":
                self.say("354 go on")
                self.server.got.append(self.text())
                if "DATA" in self.server.answers:
                    self.server.got.pop()
                self.say(self.server.answers.get("DATA", "250 kept"))
            elif command == "QUIT":
                self.say("221 bye")
                return
            elif command == "EHLO":
                self.say("250-here\r\n250 SMTPUTF8")
            else:
                self.say(self.server.answers.get(command, "250 good"))

    def text(self) -> bytes:
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[Server]:
    """A server that listens until the end of the test."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
