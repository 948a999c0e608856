"""All jobs, in the order in which a day's work is done: what one does, the ones behind it find on the same day."""

from __future__ import annotations

from expat.errors import NotFound
from expat.jobs.daily import (
    ages,
    applications,
    approvals,
    calls,
    ceilings,
    claims,
    collecting,
    data,
    dunning,
    letters,
    overdue,
    proofs,
    rates,
    recharges,
    reminders,
    renewals,
    screening,
    settlement,
    waits,
)
from expat.jobs.job import Job

JOBS: tuple[Job, ...] = (
    rates.ALARM,
    screening.JOB,
    claims.JOB,
    applications.JOB,
    proofs.JOB,
    *calls.JOBS,
    *collecting.JOBS,
    dunning.JOB,
    letters.JOB,
    waits.JOB,
    ceilings.JOB,
    *renewals.JOBS,
    *ages.JOBS,
    *approvals.JOBS,
    recharges.JOB,
    *reminders.JOBS,
    overdue.JOB,
    *settlement.JOBS,
    *data.JOBS,
    rates.FETCH,
)


def job_named(name: str) -> Job:
    """The job of a name. Raises NotFound with the names that there are."""
    for job in JOBS:
        if job.name == name:
            return job
    raise NotFound("job", f"{name!r} is unknown", f"one of {', '.join(job.name for job in JOBS)}")
