"""The production server on a database, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

PATIENCE = 60  # seconds, on a machine that is busy with other tests


@contextmanager
def served(environment: Mapping[str, str], log: Path, beside: bool = False) -> Iterator[str]:
    """Serve the pages; answers their address. `beside`: with the reader of invoices and the sender of mail."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    words = ["serve", "--port", str(port), "--workers", "2", "--beside" if beside else "--alone"]
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "expat", *words], env={**environment, "EXPAT_BASE_URL": base},
            stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _await(base, process, log)
            yield base
        finally:
            process.terminate()
            process.wait(PATIENCE)
    told = log.read_text(encoding="utf-8")
    assert "Traceback" not in told, told


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            urlopen(f"{base}/sign-in", timeout=5).close()
            return
        except HTTPError as wrong:
            raise AssertionError(f"{wrong}: {log.read_text(encoding='utf-8')}") from wrong
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer: {log.read_text(encoding='utf-8')}")
