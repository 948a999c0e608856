"""Applications to join: the form, its papers and health declarations, the medical answer, the first premium."""
