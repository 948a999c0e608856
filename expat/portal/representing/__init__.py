"""Pages of those who act for a member or for an insured person."""
