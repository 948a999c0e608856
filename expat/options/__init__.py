"""Options that a member adds: for now Recharge On Demand."""
