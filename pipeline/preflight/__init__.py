"""Proves that what was delivered can go on air: every list read as its player does, every file played."""
