"""The pages, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from expat.payments import looks, orders
from tests.portal.house import Front


@pytest.fixture
def front(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Front:
    """The application with its people. What it would start beside itself is not started."""
    for module in (looks, orders):
        monkeypatch.setattr(module, "in_background", lambda option, key: None)
    return Front(engine, tmp_path)
