"""Looking a claim over once it came, or papers for it did: what is odd waits for a person, and nobody is told why."""

from __future__ import annotations

from expat.claims.look_over import Store, look_over
from expat.portal.work import db, house, now


def look_over_claim(claim_id: int) -> None:
    """Keep what is odd about a claim, as part of the request that brings it."""
    look_over(db(), claim_id, Store(house().settings.document_folder, house().keys), now())
