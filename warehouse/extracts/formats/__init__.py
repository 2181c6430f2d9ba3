"""Formats: one result table, written as what funders open; a test reads all of them back and compares."""
