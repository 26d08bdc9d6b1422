"""The record: pages and what was found on them in one SQLite file, to search, verify and compare."""
