"""The demo as it is seen: stage after stage with its time, then what came of it, and what to try next."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path

from expat.db import reading
from expat.demo import checks, followed, overview, stages
from expat.demo.desk import NAME
from expat.demo.next_steps import next_steps
from expat.demo.places import Places
from expat.demo.screen import Screen
from expat.demo.stages import Demo
from expat.demo.world import read
from expat.payments.payouts import HandedOut
from expat.settings import settings


def play(places: Places, on: date, seed: int, memberships: int) -> int:
    """Run the demo and show it; answers 1 where something does not add up, else 0."""
    screen, demo = Screen(settings().language), Demo(places, on, seed, memberships)
    screen.note("intro", folder=places.root)
    screen.note("seed", day=screen.day(on), seed=seed, memberships=memberships)
    handed_out = _work(screen, demo)
    failed = _check(screen, demo)
    _show(screen, demo, handed_out)
    if failed:
        screen.text(screen.say("failed"), "bold red")
        for problem in failed:
            screen.text(problem, "red")
    return 1 if failed else 0


def _work(screen: Screen, demo: Demo) -> HandedOut:
    with screen.stage("database"):
        ecb, typed = stages.prepare(demo)
        currencies = ", ".join(read("world")["operator_rates"])
        screen.note("database_done", ecb=ecb, since=stages.SINCE, typed=typed, currencies=currencies)
    with screen.stage("portfolio"):
        _portfolio(screen, demo)
    with screen.stage("invoices"):
        made = stages.draw(demo)
        kinds = Counter(sheet.file.rpartition(".")[2] for sheet in demo.sheets)
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        screen.note("invoices_made" if made else "invoices_there", count=len(demo.sheets), kinds=said)
        rows = sum(len(sheet.invoice.items) for sheet in demo.sheets)
        screen.note("invoices_keyed", rows=rows, file=demo.places.invoices / NAME)
    with screen.stage("claims"):
        done = stages.take_in(demo)
        screen.note("claims_done", claims=done.claims, lines=done.lines)
        for problem in done.wrong:
            screen.text(f"{NAME} {problem}", "red")
        stages.open_accounts(demo)
    with screen.stage("settlement"):
        with screen.bar() as demo.progress:
            paid = stages.pay(demo)
        payouts, waiting = len({one.payee for one in paid.paid}), len(paid.waiting)
        figures = {"lines": len(paid.paid), "memberships": paid.memberships, "payouts": payouts, "waiting": waiting}
        screen.note("settlement_done", **figures)
    with screen.stage("files"):
        handed_out = stages.hand_out(demo)
        told, unpaid = stages.explain(demo)
        stages.leave_open(demo)
        figures = {"files": len(handed_out.files), "statements": told, "notices": unpaid}
        screen.note("files_done", **figures, folder=demo.places.statements)
    return handed_out


def _portfolio(screen: Screen, demo: Demo) -> None:
    stages.invent(demo)
    before = stages.conclude(demo)
    houses = demo.households
    screen.note(
        "portfolio_done", memberships=len(houses), people=sum(len(life.people) for life in demo.lives),
        countries=len({h.residence for h in houses}), currencies=len({h.paid_in for h in houses}),
    )  # fmt: skip
    screen.note("portfolio_before", lines=len(before.paid), day=screen.day(demo.earlier))


def _check(screen: Screen, demo: Demo) -> list[str]:
    """What is wrong, shown check by check."""
    failed = []
    with screen.stage("checks"):
        for name, problems in checks.wrong(demo):
            screen.text(f"{'✗' if problems else '✓'} {screen.say(name)}", "red" if problems else "")
            failed += problems
    return failed


def _show(screen: Screen, demo: Demo, handed_out: HandedOut) -> None:
    demo.places.write_env(Path(sys.argv[0]), demo.on)
    with reading(demo.engine) as session:
        chosen = followed.choose(session, demo)
        if chosen is not None:
            followed.show(screen, session, demo, chosen)
        overview.outcomes(screen, session)
        overview.payouts(screen, session, demo)
        overview.ledger(screen, session)
        overview.bank(screen, demo, handed_out)
        overview.waits(screen, session, demo, handed_out)
    screen.console.print()
    every = ", ".join(f"{name} {seconds} s" for name, seconds in screen.times)
    screen.note("took", seconds=screen.elapsed, stages=every)
    screen.heading("next")
    for command, why in next_steps(screen, demo, chosen, handed_out):
        screen.text(command, "bold")
        screen.text(f"    {why}", "dim")
    screen.note("second_run")
