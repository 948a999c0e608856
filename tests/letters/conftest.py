"""Stories on the test's database, and letters read back as a reader does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from expat.db import table_of, transaction
from expat.membership.tables import InsuredPerson, Member
from expat.scenario import play
from tests.wording.stories import played

Tell = Callable[..., None]


@pytest.fixture
def tell(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Play a story on the test's database; its member is Camille Martin (or as named), who reads French."""
    monkeypatch.setattr(play, "open_engine", lambda *_url, **_options: engine)

    def told(story: str, first: str = "Camille", last: str = "Martin") -> None:
        file = tmp_path / "story.yaml"
        file.write_text(story, encoding="utf-8")
        played(file)
        name, person = {"first_name": first, "last_name": last}, table_of(InsuredPerson)
        with transaction(engine) as session:
            session.execute(update(table_of(Member)).values(**name, language="fr"))
            session.execute(update(person).where(person.c.role == "member").values(**name))

    return told
