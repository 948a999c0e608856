"""Messages between members and the management unit."""
