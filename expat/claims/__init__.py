"""Claims: handed in once, judged, judged again when something new is known."""
