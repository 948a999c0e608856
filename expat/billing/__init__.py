"""Premiums called in advance, explained line by line, changed when the facts change, paid and given back."""
