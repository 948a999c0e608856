"""What runs by itself: how each job stands, what its last runs did, and what failed and waits."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.errors import NotFound
from expat.jobs.catalogue import JOBS, job_named
from expat.jobs.status import failed_items, given_up, runs_of, standings, try_again_now
from expat.portal.access import ADMIN, MANAGER, allow
from expat.portal.work import db, me, now, speaks, today
from expat.wording.catalogue import N_

pages = Blueprint("admin_jobs", __name__, url_prefix="/jobs")
KEY = "int(max=999999999999999999)"  # what databases take

NAMES = {
    "rates.alarm": N_("Alarm where no exchange rates came"),
    "rates.fetch": N_("Exchange rates fetched"),
    "applications.lapse": N_("Accepted applications whose first premium does not come"),
    "claims.look_over": N_("Claims looked over for what is odd"),
    "data.erase": N_("Data past its time erased"),
    "data.files": N_("Files of erased documents removed"),
    "proofs.ask": N_("Certificates and proofs of work asked for"),
    "premium.review": N_("Premiums looked at again after changes"),
    "premium.calls": N_("Premiums called"),
    "premium.credit": N_("Credit counted towards premiums"),
    "premium.mandates": N_("Mandates that lapse"),
    "premium.debits": N_("Direct debits made for release"),
    "premium.dunning": N_("Reminders, suspensions, terminations"),
    "letters.post": N_("Formal notices and other letters handed to the post service"),
    "screening.new": N_("Names screened against the lists of sanctions"),
    "notice.waits": N_("Waiting periods that are over"),
    "notice.ceilings": N_("Ceilings that are nearly used"),
    "notice.renewal": N_("Membership years that begin"),
    "notice.price": N_("Premiums of the new year"),
    "notice.ages": N_("Covers that end with a birthday"),
    "notice.family": N_("Family tariffs that end"),
    "notice.approvals": N_("Approvals that run out"),
    "notice.stays": N_("Stays whose granted days end"),
    "notice.recharges": N_("Recharges that end"),
    "remind.drafts": N_("Claims begun and not sent: reminders"),
    "remind.papers": N_("Papers asked for and not come: reminders"),
    "operator.overdue": N_("What is past its promised day, to the operator"),
    "settlement.prepare": N_("Settlements prepared on the operator's days"),
    "settlement.look": N_("Looks at what these settlements would pay"),
    "settlement.waits": N_("Settlements that wait for their release"),
}
STATES = {
    "never": (N_("has not run"), "wait"),
    "running": (N_("is running"), "wait"),
    "killed": (N_("was stopped half-way"), "bad"),
    "behind": (N_("is behind"), "bad"),
    "failing": (N_("something failed"), "bad"),
    "well": (N_("well"), "good"),
}


@pages.get("")
@allow(ADMIN, MANAGER)
def jobs() -> str:
    """Every job, in the order in which a day's work is done."""
    found = standings(db(), JOBS, today(), now())
    return render_template("portal/admin/jobs/jobs.html", jobs=found, names=NAMES, states=STATES)


@pages.get("/<job_name>")
@allow(ADMIN, MANAGER)
def job(job_name: str) -> str:
    """One job: its last runs, and its items that failed."""
    try:
        known = job_named(job_name)
    except NotFound:
        abort(404)
    return render_template(
        "portal/admin/jobs/job.html", name=known.name, names=NAMES, runs=runs_of(db(), known.name),
        failed=failed_items(db(), known.name), given_up=given_up(db(), known.name), may_retry=ADMIN in me().roles,
    )  # fmt: skip


@pages.post(f"/items/<{KEY}:job_item>/again")
@allow(ADMIN)
def again(job_item: int) -> AnyResponse:
    """Try a failed item again with the next look."""
    try:
        try_again_now(db(), job_item, now())
    except NotFound:
        abort(404)
    audit.record(db(), now(), me().actor, "job.again", f"job_item:{job_item}")
    flash(speaks().say("It is tried again with the next look."))
    return redirect(url_for(".jobs"))
