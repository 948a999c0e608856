"""Restriction of processing (RGPD, art. 18): what is restricted is kept, and used on a stated ground alone."""
