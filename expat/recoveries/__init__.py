"""What was paid and should not have been, or should have been more: found, decided by people, paid back."""
