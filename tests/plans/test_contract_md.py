"""The contract's headings and the sections that say what becomes of each."""

import re
from pathlib import Path

PLAN = Path(__file__).resolve().parents[2] / "config" / "plans" / "expat-uno"
RULE = re.compile(r"UNO-[A-Z]+-\d+")
NOT_COMPUTED = ("By hand:", "Not automated:")


def headings() -> list[str]:
    return (PLAN / "headings.txt").read_text(encoding="utf-8").splitlines()


def sections() -> list[tuple[str, list[str]]]:
    """Heading and lines of each section, in the order of the file; the introduction is none."""
    found: list[tuple[str, list[str]]] = []
    for line in (PLAN / "contract.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            found.append((line.removeprefix("## "), []))
        elif found:
            found[-1][1].append(line)
    return found


def starting_with(lines: list[str], *labels: str) -> list[str]:
    """What follows the label, for each line that starts with one of the labels."""
    return [line.split(":", 1)[1].strip() for line in lines if line.startswith(labels)]


def test_the_list_of_headings_names_each_once() -> None:
    names = headings()

    assert names
    assert all(name and name == name.strip() and not name.startswith("#") for name in names)
    assert len(set(names)) == len(names)


def test_each_heading_has_exactly_one_section_in_the_contracts_order() -> None:
    assert [heading for heading, _ in sections()] == headings()


def test_each_section_has_one_line_of_rules_and_names_them_well() -> None:
    for heading, lines in sections():
        rules = starting_with(lines, "Rules:")
        assert len(rules) == 1, f"{heading}: {len(rules)} lines start with Rules:"
        names = rules[0].split(", ")
        assert names == ["none"] or all(RULE.fullmatch(name) for name in names), f"{heading}: {rules[0]}"
        assert len(set(names)) == len(names), f"{heading}: a rule stands twice"


def test_a_section_without_rules_says_who_does_it_instead() -> None:
    for heading, lines in sections():
        if starting_with(lines, "Rules:") == ["none"]:
            assert any(starting_with(lines, *NOT_COMPUTED)), f"{heading}: neither By hand: nor Not automated:"


def test_each_section_says_in_words_what_it_becomes() -> None:
    labels = ("Rules:", *NOT_COMPUTED)

    for heading, lines in sections():
        assert any(line and not line.startswith(labels) for line in lines), f"{heading}: no words of its own"
