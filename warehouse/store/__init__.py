"""The store: zones, whole files, locks, keys, the ledger, the databases, and which day it is."""
