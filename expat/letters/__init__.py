"""What members, hospitals and authorities get on paper: statements, guarantee letters, cards, certificates, as PDF."""
