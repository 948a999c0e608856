"""The web pages: the member's, the medical department's, the management unit's. Each module with `pages` is a group."""
