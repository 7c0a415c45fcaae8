"""Disclosure control: what may not be shown is withheld."""
