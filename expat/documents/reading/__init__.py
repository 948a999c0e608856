"""Reading an invoice to propose its figures: a suggestion only, confirmed by whoever fills in the claim.

text (`read_text`) → lines with their places (`lines`) → what they say (`suggest`) → kept without the text (`readings`).
"""
