"""Those who act for a member or for an insured person: agents, legal representatives, brokers."""
