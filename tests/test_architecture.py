"""Who may import whom, who may look at the clock, and who writes the ledger: read from the code itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1] / "expat"

# From the bottom up: a folder (or a single file) imports what stands before it.
ORDER = (
    "errors", "citation", "periods", "money", "places", "files", "xml", "settings", "db", "gathered", "reread",
    "audit", "guards", "migrate", "terminal",
    "plans", "adjudication", "wording", "documents", "currency", "bank", "ledger", "mail",
    "membership", "restrictions", "accounts", "screening", "premiums", "options", "approvals",
    "claims", "representatives", "messages", "recoveries", "payments", "billing", "quotes", "applications",
    "amendments", "collecting", "employers", "complaints", "personal_data", "letters", "jobs",
    "tables", "scenario", "demo", "db_commands", "api", "portal", "app", "cli", "__main__",
)  # fmt: skip

# The one way up. Lines are judged on what membership, premiums, options and approvals know (claims imports these),
# and a verb of theirs that changes what is known has the lines judged again (they import claims).
JUDGED_AGAIN = {
    ("membership", "claims.dossier"),
    ("membership", "claims.intake"),
    ("membership", "claims.load"),
    ("membership", "claims.rejudge"),
    ("membership", "recoveries.find"),
    ("membership", "claims.tables"),
    ("membership", "claims.lines"),
    ("membership", "premiums.dunning"),
    ("membership", "premiums.tariff"),
    ("premiums", "claims.rejudge"),
    ("options", "claims.balances"),
    ("options", "claims.dossier"),
    ("options", "claims.load"),
    ("options", "claims.rejudge"),
    ("approvals", "claims.dossier"),
    ("approvals", "claims.load"),
    ("approvals", "claims.rejudge"),
    ("approvals", "claims.tables"),
}

# What a person types and reads: they may know everything of their folder's, and the clock.
EDGES = ("commands", "show")
EDGE_FOLDERS = ("demo", "cli", "db_commands", "__main__", "app", "portal", "api", "jobs")

PASSED_ON = {"demo.pages"}  # hands its own environment, and the demo's settings, to the server that it becomes
WITHOUT_DATABASE = ("money", "periods", "citation", "errors")
JUDGING_KNOWS = {"money", "periods", "citation", "errors", "plans", "adjudication"}
CLOCKS = {"today", "now", "utcnow", "time", "monotonic", "perf_counter", "localtime", "gmtime"}


class Import(NamedTuple):
    """A module that a file imports: `claims.dossier` for one of ours, else the library's name."""

    file: str
    ours: bool
    module: str


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def files(under: str = "") -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if name_of(path).startswith(under)]


def name_of(path: Path) -> str:
    """`claims.submit` for expat/claims/submit.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def folder_of(name: str) -> str:
    return name.split(".")[0]


def is_edge(name: str) -> bool:
    """Whether a file is what a person types or reads."""
    return name.split(".")[-1].endswith(EDGES) or folder_of(name) in EDGE_FOLDERS


def imports(path: Path) -> Iterator[Import]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: imports are written in full"
            alone = node.module == "expat"
            modules = [f"expat.{alias.name}" for alias in node.names] if alone else [node.module]
        else:
            continue
        for module in modules:
            ours = module.split(".")[0] == "expat"
            yield Import(name_of(path), ours, module.removeprefix("expat.") if ours else module.split(".")[0])


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and last name of everything that is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield node.lineno, called.attr
            elif isinstance(called, ast.Name):
                yield node.lineno, called.id


def libraries(path: Path) -> set[str]:
    return {i.module for i in imports(path) if not i.ours and i.module not in sys.stdlib_module_names}


def test_every_folder_has_its_place_in_the_order() -> None:
    assert {folder_of(name_of(path)) for path in files()} - {"__init__"} <= set(ORDER)


def test_imports_run_down_the_order() -> None:
    place = {folder: i for i, folder in enumerate(ORDER)}
    up = set()
    for path in files():
        name = name_of(path)
        if is_edge(name) or name == "__init__":
            continue
        for found in imports(path):
            if found.ours and place[folder_of(found.module)] > place[folder_of(name)]:
                up.add((folder_of(name), found.module))
    assert up - JUDGED_AGAIN == set(), "new imports up the order"
    assert JUDGED_AGAIN - up == set(), "these are no longer needed: take them out of the list"


def test_only_what_a_person_types_talks_to_the_terminal() -> None:
    asks = {i.file for path in files() for i in imports(path) if i.ours and i.module == "terminal"}
    assert {name for name in asks if not is_edge(name)} == set()


@pytest.mark.parametrize("name", WITHOUT_DATABASE)
def test_values_know_neither_database_nor_web(name: str) -> None:
    path = ROOT / f"{name}.py"
    assert {i.module for i in imports(path) if i.ours} <= set(WITHOUT_DATABASE)
    assert libraries(path) <= {"moneyed", "iso4217"}


@pytest.mark.parametrize("path", files("adjudication."), ids=name_of)
def test_judging_is_pure(path: Path) -> None:
    found = list(imports(path))
    assert {folder_of(i.module) for i in found if i.ours} <= JUDGING_KNOWS
    assert libraries(path) == set()
    assert not {i.module for i in found if not i.ours} & {
        "os",
        "time",
        "random",
        "secrets",
        "uuid",
        "socket",
        "pathlib",
    }
    assert not {name for _, name in calls(path)} & CLOCKS


def test_what_judging_reads_of_a_plan_is_pure_too() -> None:
    read = {i.module for path in files("adjudication.") for i in imports(path) if i.module.startswith("plans.")}
    assert read <= {"plans.edition", "plans.figures", "plans.schema"}
    for module in read:
        path = ROOT / (module.replace(".", "/") + ".py")
        assert {folder_of(i.module) for i in imports(path) if i.ours} <= JUDGING_KNOWS


def test_only_the_ledger_touches_its_tables() -> None:
    known = {i.file for path in files() for i in imports(path) if i.ours and i.module == "ledger.tables"}
    assert {folder_of(name) for name in known} <= {"ledger"}
    for path in files():
        if folder_of(name_of(path)) != "ledger":
            text = path.read_text(encoding="utf-8")
            assert "ledger_entry" not in text and "ledger_transaction" not in text, path


def test_only_the_edges_look_at_the_clock() -> None:
    asked = [
        f"{name_of(path)}:{line} {name}()"
        for path in files()
        if not is_edge(name_of(path)) and name_of(path) != "db"
        for line, name in calls(path)
        if name in {"today", "now", "utcnow"}
    ]
    assert asked == []
    # in db.py it is `now` alone
    asking = [
        function.name
        for function in ast.walk(tree(ROOT / "db.py"))
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(n, ast.Attribute) and n.attr in CLOCKS for n in ast.walk(function))
    ]
    assert asking == ["now"]


def test_no_floats() -> None:
    made = [f"{name_of(path)}:{line}" for path in files() for line, name in calls(path) if name == "float"]
    written = [
        f"{name_of(path)}:{node.lineno} {node.value}"
        for path in files()
        if name_of(path) != "settings"  # seconds that a source of rates may take
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert made + written == []


def test_verbs_do_not_commit() -> None:
    """Nor do pages: the request's one transaction is ended where it was begun."""
    committed = {name_of(path) for path in files() for _line, name in calls(path) if name == "commit"}
    assert committed == {"portal.work"}


def test_the_environment_is_read_by_the_settings_alone() -> None:
    read = [
        f"{name_of(path)}:{node.lineno}"
        for path in files()
        for node in ast.walk(tree(path))
        if name_of(path) not in PASSED_ON and isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert read == []
