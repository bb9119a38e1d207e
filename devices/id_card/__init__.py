"""Resident ID-card reader, SAM_V module (SDT protocol over a serial line)."""
