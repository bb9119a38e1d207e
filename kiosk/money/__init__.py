"""Money as rules alone: no I/O, no clock, no randomness."""
