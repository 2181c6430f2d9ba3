"""The vault as a whole: change its key, erase a person, let old identifiers go, see that everything opens."""
