"""A claim as it stands in its form: the draft's papers with what was read of them, and its lines with what they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from expat.claims.dossier import Dossier
from expat.claims.drafts import Draft
from expat.claims.intake import NewLine
from expat.documents.reading.queue import readings_of
from expat.errors import BadInput
from expat.portal.forms import refusal_in_words
from expat.portal.member.claim_draft import MOST_LINES, first_line, lines_of, papers_of_line
from expat.portal.member.claim_form import LinePart
from expat.portal.member.claim_pages import dossier, name_of, people
from expat.portal.member.claim_reading import Proposed, beside, filled, place_for, proposed
from expat.portal.work import db, person, speaks, today
from expat.wording.catalogue import N_


class InForm:
    """A draft, what its form holds, and what is wrong with that, whoever fills it in.

    `whose_papers` and `no_paper` say which papers belong to which line where that is not clear.
    """

    whose_papers = ""
    no_paper = ""

    def __init__(
        self, found: Draft, at: datetime, content: Mapping[str, Any] | None, known: Dossier,
        whom: list[tuple[str, str]], first: int,
    ) -> None:  # fmt: skip
        self.draft = found
        self.content = dict(found.content if content is None else content)
        rows = readings_of(db(), [paper.sha256 for paper in found.documents])
        self.papers = [proposed(paper, rows.get(paper.sha256), at) for paper in found.documents]
        lines = lines_of(self.content) or [first_line(known, first, today())]
        self.content["lines"] = filled(lines, self.papers)
        self.parts = [LinePart(i, line, known, whom) for i, line in enumerate(self.content["lines"])]
        self.faults: list[str] = []

    @property
    def can_add(self) -> bool:
        """Whether there is room for another line."""
        return len(self.parts) < MOST_LINES

    @property
    def several_people(self) -> bool:
        """Whether the lines are not all for the same person."""
        return len({part.form.person.data for part in self.parts}) > 1

    def belongs(self, paper: Any) -> str:
        """To which line a paper belongs, counted from 1; nothing where it was not said."""
        return str(self.content.get("papers", {}).get(str(paper.id), ""))

    def beside(self, part: LinePart) -> dict[str, str]:
        """What was read for a line and is not what stands in it."""
        return beside(part.line, self.papers)

    def papers_of(self, part: LinePart) -> list[Any]:
        """The papers that belong to a line."""
        return papers_of_line(self.content, self.draft.documents, part.place)

    def faults_of_papers(self) -> list[str]:
        """What is not clear about the papers of several lines, in words."""
        if not self.papers or len(self.parts) == 1:
            return []
        say = speaks().say
        if self.several_people and any(not self.belongs(one.paper) for one in self.papers):
            return [say(self.whose_papers)]
        return [say(self.no_paper, line=part.place + 1) for part in self.parts if not self.papers_of(part)]

    def new_lines(self) -> list[NewLine]:
        """The lines as they are handed in, each with its papers; only once they are valid."""
        return [self._new_line(part) for part in self.parts]

    def _new_line(self, part: LinePart) -> NewLine:
        files: dict[str, tuple[str, ...]] = {}
        for paper in self.papers_of(part):
            files[paper.kind] = (*files.get(paper.kind, ()), paper.sha256)
        return replace(part.new_line(), files=files)

    def refuse(self, wrong: BadInput) -> None:
        """Show what handing in refused: beside the field of the line that it names, or at the head."""
        place, _, _name = wrong.where.removeprefix("lines[").partition("]")
        if wrong.where.startswith("lines[") and place.isdecimal() and int(place) < len(self.parts):
            self.parts[int(place)].refuse(wrong)
        else:
            self.faults.append(refusal_in_words(wrong))


class Filled(InForm):
    """A draft of the member's, or of another adult's."""

    whose_papers = N_(
        "This claim is for several persons: say for each paper to which line it belongs, or that it is for all."
    )
    no_paper = N_("No paper belongs to line {line}: say which one does.")

    def __init__(self, found: Draft, at: datetime, content: Mapping[str, Any] | None = None) -> None:
        super().__init__(found, at, content, dossier(), people(), person())

    def person_name(self, part: LinePart) -> str:
        """Whom a line is for."""
        return name_of(int(part.form.person.data))

    def line_for(self, one: Proposed) -> int | None:
        """The line that a paper's figures fill, or filled."""
        filled_one = next((part.place for part in self.parts if part.line.get("paper") == one.mark), None)
        return filled_one if filled_one is not None else place_for(self.content["lines"], one)

    def valid(self) -> bool:
        """Whether the claim can be judged; what is wrong stands beside the fields, and in `faults`."""
        right = [part.valid() for part in self.parts]
        self.faults = self.faults_of_papers()
        return all(right) and not self.faults
