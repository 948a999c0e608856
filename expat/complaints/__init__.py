"""Complaints (réclamations): written, acknowledged, answered in time, and what comes after the answer."""
