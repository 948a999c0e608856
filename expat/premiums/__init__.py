"""Premiums that fall due, and what happens when they are not paid."""
