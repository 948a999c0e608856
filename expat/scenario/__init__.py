"""Stories of memberships in YAML, played through the same verbs as everything else, and what they say must be paid."""
