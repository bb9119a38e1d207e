"""PURE: what a visit does. Session and event in, session and effects out; no I/O, no clock."""
