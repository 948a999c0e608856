"""`expat jobs run`: APScheduler wakes at its times, and what is due is done, if it is this process's turn.

Mail that is due is sent every minute beside that, where the settings name a way out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from threading import Lock
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from expat.jobs.job import Job
from expat.jobs.lock import Turn
from expat.jobs.run import Ran, Runner, retry_due
from expat.jobs.several import run_missed
from expat.mail.send import send_due
from expat.mail.transport import sender_of, transport_of
from expat.wording.clock import day_there

LOOK_AGAIN = 5  # minutes
SEND_EVERY = 1  # minute


class Clockwork:
    """What the scheduler wakes for: the day's jobs at their times, and every few minutes what failed or was missed."""

    def __init__(self, runner: Runner, jobs: Sequence[Job], told: Callable[[Ran], None]) -> None:
        self.runner, self.jobs, self.told = runner, jobs, told
        self.turn = Turn(runner.engine)
        self._busy = Lock()  # the scheduler may wake twice at once
        self._asking = Lock()  # the turn is one connection, and mail is sent beside the jobs

    def tick(self) -> None:
        """Do what is due now: missed days first, in order, then what failed and may be tried again."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            if self._mine():
                self._work()
        finally:
            self._busy.release()

    def send_mail(self) -> int:
        """Send the mail that is due, if it is this process's turn; answers how many. Nothing where there is no way out.

        Raises BadInput where the settings name no address that mail comes from.
        """
        chosen = self.runner.settings
        transport = transport_of(chosen)
        if transport is None or not self._mine():
            return 0
        stop, clock = self.runner.stop, self.runner.clock
        return send_due(self.runner.engine, clock, transport, sender_of(chosen), chosen.operator_name, stop)

    def _mine(self) -> bool:
        with self._asking:
            return self.turn.mine()

    def _work(self) -> None:
        at, chosen = self.runner.clock(), self.runner.settings
        today, zone = day_there(at, chosen.time_zone), chosen.time_zone
        here = at.astimezone(ZoneInfo(zone)).time()
        due = [job for job in self.jobs if here >= self.starts(job)]
        for ran in run_missed(self.runner, due, today):
            self.told(ran)
            if not self._mine():
                return
        if (again := retry_due(self.runner, self.jobs)).done or again.failed:
            self.told(again)

    def starts(self, job: Job) -> time:
        """From which time of a day a job's work of that day may begin."""
        return self.runner.settings.rates_at if job.when == "rates" else self.runner.settings.jobs_at

    def start(self) -> BackgroundScheduler:
        """A scheduler that runs: one tick at a time, what was missed is made good by one.

        Raises BadInput where there is a way out for mail and no address that it comes from.
        """
        zone = self.runner.settings.time_zone
        scheduler = BackgroundScheduler(
            timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        times = sorted({self.starts(job) for job in self.jobs})
        for at in times:
            scheduler.add_job(self.tick, CronTrigger(hour=at.hour, minute=at.minute, timezone=zone), id=f"at {at}")
        scheduler.add_job(self.tick, IntervalTrigger(minutes=LOOK_AGAIN), id="look again")
        scheduler.add_job(self.tick, DateTrigger(), id="at the start")
        if transport_of(self.runner.settings) is not None:
            sender_of(self.runner.settings)
            scheduler.add_job(self.send_mail, IntervalTrigger(minutes=SEND_EVERY), id="send mail")
        scheduler.start()
        return scheduler
