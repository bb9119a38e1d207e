"""Twins of the devices, at the wire. They share no code with the drivers."""
