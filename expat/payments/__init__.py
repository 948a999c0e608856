"""Paying: settlements, payouts, bank files."""
