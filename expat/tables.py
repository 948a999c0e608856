"""Every table, imported in one place for the migrations and the tests."""

import expat.approvals.tables
import expat.audit
import expat.claims.tables
import expat.currency.tables
import expat.documents.tables
import expat.ledger.tables
import expat.membership.tables
import expat.options.tables
import expat.payments.tables
import expat.premiums.tables  # noqa: F401
