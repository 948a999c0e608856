"""What to try next: commands that work right then, on what the demo has made."""

from __future__ import annotations

import os
from datetime import timedelta

from expat.claims.commands import claim
from expat.demo.followed import Followed
from expat.demo.screen import Screen
from expat.demo.stages import Demo
from expat.payments.payouts import HandedOut
from expat.places import shipped

STORY = "app-emergency-within-two-days.yaml"


def next_steps(screen: Screen, demo: Demo, followed: Followed | None, handed_out: HandedOut) -> list[tuple[str, str]]:
    """Commands, each with why one would; the first makes the shell work on the demo's database."""
    found = [(f". {demo.places.env}", screen.say("next_env"))]
    if followed is not None:
        other = "fr" if followed.sheet.household.language == "en" else "en"
        if "show" in claim.commands:
            found.append((f"expat claim show {followed.claim}", screen.say("next_claim")))
        found += [
            (f"expat statement show {followed.payout} --language {other}", screen.say("next_statement")),
            (f"expat rates show {followed.line.currency} --on {demo.on}", screen.say("next_rate")),
        ]
    found.append(("expat plan show expat-uno --figure ceiling", screen.say("next_plan")))
    found.append((f"expat settle --on {demo.on} --dry-run", screen.say("next_dry")))
    if handed_out.files:
        file, day = handed_out.files[0].name, demo.on + timedelta(days=3)
        found.append((f"expat bank confirm {file} --on {day}", screen.say("next_confirm")))
    stories = shipped("tests") / "scenarios"
    if (stories / STORY).exists():
        story = os.path.relpath(stories / STORY)
        found.append((f"expat scenario run {story}", screen.say("next_story")))
    return found
