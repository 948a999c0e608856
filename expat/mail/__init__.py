"""Mail that goes out: kept with what it is about in one transaction, sent afterwards, never twice."""
