"""The demo: made-up members all over the world, their invoices on paper, and everything that becomes of these."""
