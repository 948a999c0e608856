"""Reading in a process of its own: a hostile document may hang it, fill it or crash it, and nothing else."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType

from expat.documents.reading.read_text import UNREADABLE, Text, Unread, read_text

SECONDS = 60  # a page takes two
MOST_BYTES = 3 * 1024**3  # the models take 0.6 GB, the largest picture that is accepted one more
TOO_LONG = "too_long"


class Apart:
    """A reader of documents, started at its first and again after one that it did not survive."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, content: bytes, media_type: str) -> Text:
        """The document's lines. Raises Unread, also where reading took too long or ended the process."""
        try:
            answer = self._ask(content, media_type)
        except (EOFError, OSError) as wrong:
            self.stop()
            raise Unread(UNREADABLE) from wrong
        if answer is None:
            self.stop()
            raise Unread(TOO_LONG)
        if isinstance(answer, Text):
            return answer
        raise Unread(answer)

    def stop(self) -> None:
        """End the process, whatever it is at; the next document starts another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._line = None

    def _ask(self, content: bytes, media_type: str) -> Text | str | None:
        """The lines, the code of what was wrong, or None where the time was up."""
        if self._line is None:
            self._line = self._start()
        self._line.send((content, media_type))
        return self._line.recv() if self._line.poll(self._seconds) else None

    def _start(self) -> Connection:
        here, there = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=serve, args=(there,), name="expat reader", daemon=True)
        with _deaf():
            self._process.start()
        there.close()
        return here


def serve(line: Connection) -> None:
    """Read what comes in until nothing more does; the process that asks decides when to end."""
    _limit_memory()
    while True:
        try:
            content, media_type = line.recv()
        except EOFError:
            return
        try:
            line.send(read_text(content, media_type))
        except Unread as wrong:
            line.send(wrong.code)


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started here hears neither Ctrl-C nor SIGTERM, which come to all: its starter lets it finish."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
