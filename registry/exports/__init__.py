"""Passports in the formats of other programs. Pure, but for whole.py, which copies a store."""
