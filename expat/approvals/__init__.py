"""Prior approval (entente préalable): requests and the medical department's answers."""
