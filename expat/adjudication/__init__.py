"""Judging a line of a claim: facts in, a decision with its trace out. Pure: no clock, no session, no environment."""
