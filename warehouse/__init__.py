"""Sala: partner exports that cannot be trusted in, defensible counts of trained officers out."""

__version__ = "0.1.0"
