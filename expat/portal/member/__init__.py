"""The pages of members and the other adults of a membership."""
