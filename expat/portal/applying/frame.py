"""What the steps of an application have in common: their group of pages, and the frame around each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from expat.applications.form import STEPS
from expat.portal.apply_shown import Shown, clause, in_words
from expat.wording import applications as words

steps = Blueprint("apply_steps", __name__, url_prefix="/apply/file")
Answer = str | tuple[str, int] | AnyResponse


def page(template: str, step: str, shown: Shown, **values: Any) -> str:
    """The page of a step, with what speaks against what it says."""
    problems = [one for one in shown.problems if (one.where if one.where in STEPS else "people") == step]
    return render_template(
        f"portal/apply/{template}.html", step=step, shown=shown, words=words, problems=problems, in_words=in_words,
        clause=clause, **values,
    )  # fmt: skip
