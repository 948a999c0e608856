"""What a person makes of something odd about a line: lifted, or kept, with the reason."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy import select

from expat.claims.lines import MOST_LINES
from expat.claims.suspicions import answer_suspicion
from expat.claims.tables import Suspicion
from expat.db import table_of
from expat.errors import Conflict
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_actions import Answer, perform
from expat.portal.desk.claim_forms import form_of
from expat.portal.desk.claim_group import KEY, claim_desk
from expat.portal.work import db, me, now, speaks, today
from expat.wording.catalogue import N_

_SUSPICION: Any = table_of(Suspicion)
DONE = {
    "lifted": N_("It is lifted: the next settlement pays the line as it was judged, if nothing else holds it."),
    "kept": N_("It is kept: the line waits until you have decided on it."),
}
BEFORE = N_("It is lifted already.")


@claim_desk.post(f"/claims/<{KEY}:claim_id>/odd/<{KEY}:suspicion_id>")
@allow(MANAGER)
def odd(claim_id: int, suspicion_id: int) -> Answer:
    """Answer a suspicion."""
    row = db().execute(select(_SUSPICION).where(_SUSPICION.c.id == suspicion_id)).first()
    if row is None or row.line_id // (MOST_LINES + 1) != claim_id:
        abort(404)
    form = form_of("odd", suspicion_id, sent=True)

    def keep(_row: Any, form: Any) -> str:
        try:
            answer_suspicion(db(), suspicion_id, form.outcome.data, form.why.data, today(), now(), me().actor)
        except Conflict:
            form.outcome.errors = [*form.outcome.errors, speaks().say(BEFORE)]
            return ""
        return speaks().say(DONE[form.outcome.data])

    return perform(claim_id, ("odd", suspicion_id), form, row.line_id, keep, {}, f"suspicion-{suspicion_id}")
