"""What decisions and figures are called, in English and in French: a reason is a word, its wording stands here."""
