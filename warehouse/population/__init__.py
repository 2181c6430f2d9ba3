"""Known truth: invented persons and their appearances in partners' lists, seeded."""
