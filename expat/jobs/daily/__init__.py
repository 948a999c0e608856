"""The jobs of every day, one file for each subject."""
