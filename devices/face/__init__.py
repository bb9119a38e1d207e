"""Liveness challenge and one-to-one face match, in a process of its own."""
