"""`expat serve`, as an operator runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from expat import migrate
from expat.db import open_engine
from expat.documents.keys import new_key

COMMAND = [sys.executable, "-c", "from expat.cli import main; main()", "serve"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EXPAT_")}
    return {**kept, "EXPAT_DATABASE_URL": f"sqlite:///{folder / 'pages.sqlite3'}", **more}


def test_what_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'pages.sqlite3'}")
    migrate.upgrade(engine)
    done = subprocess.run(COMMAND, env=environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "expat: EXPAT_SECRET_KEY: is not set or too short; 32 random characters or more\n"


@pytest.mark.slow
def test_it_answers_and_ends_with_everything_beside_it(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'pages.sqlite3'}")
    migrate.upgrade(engine)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"EXPAT_SECRET_KEY": "x" * 40, "EXPAT_DOCUMENT_KEY": new_key(), "EXPAT_MAIL_FOLDER": str(tmp_path)}
    server = subprocess.Popen([*COMMAND, "--port", str(port), "--workers", "1"], env=environment(tmp_path, **settings))
    try:
        assert "Expat" in answered(f"http://127.0.0.1:{port}/sign-in")
        beside = children(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert len(beside) >= 3  # a worker, the reader, the sender
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in beside) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [child for child in beside if Path(f"/proc/{child}").exists()]


def answered(address: str) -> str:
    for _ in range(100):
        try:
            with urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(child) for child in listed.split()]
