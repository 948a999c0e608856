"""The documents that members hand in: checked by content, encrypted, kept once."""
