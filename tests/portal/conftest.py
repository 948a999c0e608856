"""The pages, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.portal.house import Front


@pytest.fixture
def front(engine: Engine, tmp_path: Path) -> Front:
    """The application with its people."""
    return Front(engine, tmp_path)
