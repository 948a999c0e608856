"""What members may hand in, told by content."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expat.documents.kinds import MOST_BYTES, media_type
from expat.errors import BadInput
from tests.documents.samples import heic, huge_png, locked_pdf, pdf, picture

ACCEPTED: dict[str, bytes] = {
    "application/pdf": pdf(),
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/heic": heic(),
}


def _refusal(content: bytes) -> BadInput:
    with pytest.raises(BadInput) as refused:
        media_type(content)
    assert refused.value.where == "document" and refused.value.expected
    return refused.value


@pytest.mark.parametrize("kind", ACCEPTED)
def test_the_kinds_that_members_have_are_accepted(kind: str) -> None:
    assert media_type(ACCEPTED[kind]) == kind


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: b"", "is empty"),
        (lambda: pdf() + b"\0" * MOST_BYTES, "is too large"),
        (lambda: b"just a text", "no known kind"),
        (lambda: b"<html><script>alert(1)</script></html>", "no known kind"),
        (lambda: picture("GIF"), "image/gif"),
        (lambda: picture("TIFF"), "image/tiff"),
        (lambda: b"PK\x03\x04" + b"\0" * 100, "application/zip"),
        (lambda: b"MZ" + b"\0" * 100, "application/x-msdownload"),
        (locked_pdf, "password"),
        (lambda: huge_png(8_001), "too many pixels"),
        (lambda: huge_png(20_000), "too many pixels"),
    ],
)
def test_everything_else_is_refused_saying_what_it_is(make: Callable[[], bytes], problem: str) -> None:
    assert problem in _refusal(make()).problem


@pytest.mark.parametrize("kind", ACCEPTED)
def test_a_file_that_only_starts_like_a_document_is_refused(kind: str) -> None:
    start = ACCEPTED[kind][:40]
    for content in (start, start + b"<script>alert(1)</script>" * 40):
        assert "does not open" in _refusal(content).problem


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/heic"])
def test_half_a_picture_is_refused(kind: str) -> None:
    content = ACCEPTED[kind]
    assert "does not open" in _refusal(content[: len(content) // 2]).problem


def test_exactly_twenty_megabytes_are_accepted() -> None:
    content = picture("JPEG")
    assert media_type(content + b"\0" * (MOST_BYTES - len(content))) == "image/jpeg"


@settings(deadline=None)
@given(st.sampled_from(sorted(ACCEPTED)), st.data())
def test_damage_is_refused_or_harmless_and_never_a_crash(kind: str, data: st.DataObject) -> None:
    content = bytearray(ACCEPTED[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] ^= data.draw(st.integers(1, 255))
    try:
        assert media_type(bytes(content)) in ACCEPTED
    except BadInput as refused:
        assert refused.problem
