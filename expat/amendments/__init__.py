"""Amendments (avenants): what members ask to change, seen beforehand, decided, in effect."""
