"""How well identity resolution does on known truth, beside simple methods and a published set."""
