"""What is exchanged with banks is worked out from what is given: no database, no clock, no environment, no web."""

from __future__ import annotations

from tests.test_architecture import files, folder_of, imports, libraries

BELOW = {"bank", "currency", "errors", "money", "xml"}
LIBRARIES = {"lxml", "stdnum", "schwifty", "pycountry"}


def test_banks_files_and_messages_need_nothing_else() -> None:
    for path in files("bank."):
        ours = {i.module for i in imports(path) if i.ours}
        assert {folder_of(module) for module in ours} <= BELOW, path
        assert {module for module in ours if folder_of(module) == "currency"} <= {"currency.calendar"}, path
        assert libraries(path) <= LIBRARIES, path
