"""All jobs of all missed days: day by day, and within a day in the order of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from expat.jobs.job import Job
from expat.jobs.run import Ran, Runner, missed_days, run_day


def run_missed(runner: Runner, jobs: Sequence[Job], today: date) -> Iterator[Ran]:
    """Run what is not complete up to today. What one job does on a day, the ones behind it find on the same day."""
    blocked: set[str] = set()  # jobs whose items of a day cannot be found: their later days wait
    missed = {job.name: set(missed_days(runner.engine, job, today)) for job in jobs}
    for day in sorted(set().union(*missed.values())):
        for job in jobs:
            if day not in missed[job.name] or job.name in blocked:
                continue
            ran = run_day(runner, job, day)
            yield ran
            if ran.unfound:
                blocked.add(job.name)
            if ran.stopped:
                return
