"""The pages of the medical department."""
