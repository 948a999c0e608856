"""What every answer says to the browser."""

from __future__ import annotations

import re

from tests.portal.house import Front


def test_no_page_allows_inline_script_or_a_frame_of_others(front: Front) -> None:
    for address in ("/sign-in", "/nothing-here", "/password"):
        policy = front.client().get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'self'" in policy


def test_no_template_has_script_or_style_in_it(front: Front) -> None:
    """The policy would refuse it in the browser; here it is found before."""
    folder = front.app.jinja_loader.searchpath[0]  # type: ignore[union-attr]
    from pathlib import Path

    for path in Path(folder, "portal").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style", html), path
        for tag in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in tag or 'type="application/json"' in tag, path


def test_pages_are_not_kept_by_the_browser(front: Front) -> None:
    assert front.client("member").get("/account/").headers["Cache-Control"] == "no-store"
