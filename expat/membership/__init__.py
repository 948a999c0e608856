"""Memberships, the people they insure, and their changes over time."""
