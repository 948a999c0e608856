"""A plan's contract.md: one section for each heading of the contract, and the rules that come from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from expat.errors import BadInput

FILE = "contract.md"
_RULE = re.compile(r"[A-Z]+-[A-Z]+-\d+")
_INSTEAD = ("By hand:", "Not automated:")


def problems(folder: Path, headings: frozenset[str], rules: Mapping[str, str]) -> Iterator[BadInput]:
    """What is wrong with a plan's contract.md; `rules` are those that the engine applies, each with its heading."""
    path = folder / FILE
    if not path.is_file():
        yield BadInput(FILE, "the file is missing", "a section for each line of headings.txt")
        return
    sections = _sections(path.read_text(encoding="utf-8"))
    for heading in sorted(headings - {name for name, _ in sections}):
        yield BadInput(f"{FILE}: {heading}", "the section is missing", f'a line "## {heading}"')
    for heading, lines in sections:
        yield from _section(heading, lines, headings)
    yield from _rules(sections, headings, rules)


def _sections(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("## "):
            found.append((line.removeprefix("## ").strip(), []))
        elif found:
            found[-1][1].append(line)
    return found


def _section(heading: str, lines: list[str], headings: frozenset[str]) -> Iterator[BadInput]:
    where = f"{FILE}: {heading}"
    if heading not in headings:
        yield BadInput(where, "is no heading of the contract", "a line of headings.txt")
    said = [line for line in lines if line.startswith("Rules:")]
    if len(said) != 1:
        yield BadInput(where, f"{len(said)} lines start with Rules:", "one, such as Rules: UNO-BEN-1, or Rules: none")
    elif (named := _named(said[0])) != ["none"]:
        if wrong := [name for name in named if not _RULE.fullmatch(name)]:
            yield BadInput(where, f"{wrong[0]!r} is no rule's name", "such as UNO-BEN-1, or none alone")
    elif not any(line.startswith(_INSTEAD) for line in lines):
        yield BadInput(where, "has no rule and does not say who does it", f"a line {' or '.join(_INSTEAD)}")


def _rules(
    sections: list[tuple[str, list[str]]], headings: frozenset[str], rules: Mapping[str, str]
) -> Iterator[BadInput]:
    """The engine's rules: those of the families (UNO-) that this contract names at all."""
    named = {name for _, lines in sections for line in lines if line.startswith("Rules:") for name in _named(line)}
    families = {name.split("-")[0] for name in named - {"none"}}
    for rule, heading in rules.items():
        if rule.split("-")[0] not in families:
            continue
        if rule not in named:
            yield BadInput(f"{FILE}: {heading}", f"the rule {rule} is not named", f"in the section's Rules: {rule}")
        if heading not in headings:
            yield BadInput(f"headings.txt: {heading}", "the line is missing", f"the rule {rule} comes from it")


def _named(line: str) -> list[str]:
    return [name.strip() for name in line.removeprefix("Rules:").split(",")]
