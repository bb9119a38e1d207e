"""Scripted visits: what a person does at the kiosk, as readable lists of steps."""
