"""Employers who pay for members, and the files in which they announce joiners, leavers and changes."""
