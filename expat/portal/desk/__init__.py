"""The pages of the management unit."""
