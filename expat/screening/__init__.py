"""Names screened against lists of sanctions: lists, matches, and what a person says of them."""
