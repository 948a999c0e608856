"""A plan is data: every figure dated and cited, read once, refused when it cannot be right."""
