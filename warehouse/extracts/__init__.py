"""Extracts: what a funder receives, computed from one published version by that funder's own agreement."""
