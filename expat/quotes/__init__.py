"""Quotes: what a membership would cost and pay, told to anybody who asks."""
