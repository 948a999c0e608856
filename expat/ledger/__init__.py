"""The double-entry ledger: per currency, append-only; only this folder writes entries."""
