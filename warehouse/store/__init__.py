"""The store: zones, whole files, locks, keys, the ledger and the databases."""
