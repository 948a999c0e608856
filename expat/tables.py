"""Every table, imported in one place for the migrations, the tests and whoever makes a database."""

from importlib import import_module

from sqlmodel import SQLModel

FOLDERS = (
    "accounts", "amendments", "applications", "approvals", "billing", "claims", "collecting", "complaints",
    "currency", "documents", "employers", "jobs", "ledger", "letters", "mail", "membership", "messages", "options",
    "payments", "personal_data", "premiums", "quotes", "recoveries", "representatives", "restrictions", "screening",
)  # fmt: skip

for _folder in FOLDERS:
    import_module(f"expat.{_folder}.tables")
import_module("expat.audit")

METADATA = SQLModel.metadata
