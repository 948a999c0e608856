"""The pages of who pays: settlements, rates, the ledger."""
