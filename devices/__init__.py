"""Drivers: bytes and hardware. Nothing here knows a screen, a visit or the centre."""
