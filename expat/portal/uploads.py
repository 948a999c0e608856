"""Files that come with a form, on every page alike: checked, kept at once, and never asked for twice.

The template's part is the macro `upload` of `portal/uploads.html`. Whatever else is wrong with the form, what was taken
is carried along with it, signed for the account and the purpose.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import request

from expat.portal.member.claim_files import Kept, take_files
from expat.portal.member.data_papers import carried, carried_so_far
from expat.portal.work import keep_so_far, speaks
from expat.wording.catalogue import N_

KEPT = "files_kept"
NO_FILE = N_("Please choose a file.")


class Uploads(NamedTuple):
    """What came with a form: the files that are kept, what is said of those refused, and the list to carry along."""

    files: list[Kept]
    refused: list[str]
    carried: str

    @property
    def missing(self) -> list[str]:
        """What is to be said where no file is there."""
        return [] if self.files or self.refused else [speaks().say(NO_FILE)]


NOTHING = Uploads([], [], "")


def uploads(purpose: str, field: str = "files") -> Uploads:
    """The files of this request and those that came with the form before, each content once.

    They are committed at once: nobody uploads them twice.
    """
    taken, refused = take_files(field)
    if taken:
        keep_so_far()
    found = {file.sha256: file for file in (*carried_so_far(request.form.get(KEPT), purpose), *taken)}
    files = list(found.values())
    return Uploads(files, refused, carried(files, purpose) if files else "")
