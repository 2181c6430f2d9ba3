"""Identity: who is the same officer, applied after loading."""
