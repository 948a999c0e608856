"""Personal data: what is kept of a person, consents, requests about it, and how long it is kept."""
