"""What an application still lacks, at every moment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from expat.applications.declare import Signed
from expat.applications.form import Filled
from expat.applications.papers import Paper, missing, wanted
from expat.plans.edition import Edition


class Lack(NamedTuple):
    """Something that is missing: the step in which it is given, and where it is of one person, whose (key); of a paper
    its kind. `old` says that a declaration was signed too long ago."""

    step: str
    person: str = ""
    paper: str = ""
    old: bool = False


def lacking(
    edition: Edition, form: Filled, signed: Mapping[str, Signed], came: Iterable[Paper], effect: date
) -> list[Lack]:
    """Everything that is missing before it can be handed in, in the order of the form."""
    found = []
    if form.member is None:
        found.append(Lack("people"))
    found += [Lack(step) for step in ("residence", "choice", "prior") if getattr(form, step) is None]
    found += undeclared(form, signed, effect)
    found += [Lack(step) for step in ("payment", "consents") if getattr(form, step) is None]
    found += [Lack("papers", one.person, one.kind) for one in missing(wanted(edition, form, effect), came)]
    return found


def undeclared(form: Filled, signed: Mapping[str, Signed], effect: date) -> list[Lack]:
    """The people whose declaration is missing, or was signed too long before cover begins (UNO-MEM-1)."""
    found = []
    for person in form.people:
        if person.key not in signed:
            found.append(Lack("health", person.key))
        elif signed[person.key].good_until < effect:
            found.append(Lack("health", person.key, old=True))
    return found
