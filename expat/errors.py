"""What is told to a person who handed in something that cannot be used."""

from __future__ import annotations


class BadInput(Exception):
    """Something handed in (a file, a form, a rate, a plan) cannot be used.

    `where` names the field, or the file and key; `problem` says what is wrong; `expected` what would be right.
    Nothing has been changed when it is raised.
    """

    def __init__(self, where: str, problem: str, expected: str = "") -> None:
        self.where, self.problem, self.expected = where, problem, expected
        super().__init__(where, problem, expected)

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" + (f"; {self.expected}" if self.expected else "")


class NotFound(BadInput):
    """A number, a name or a key that nothing answers to."""


class Conflict(BadInput):
    """Two requests that cannot both be true, such as one idempotency key for two different claims."""
