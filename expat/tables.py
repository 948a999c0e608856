"""Every table, imported in one place for the migrations and the tests."""
