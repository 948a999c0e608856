"""Premiums as money: collected by direct debit, found on bank statements, noted by people, given back by banks."""
