"""The city's registration platform: what a kiosk talks to."""
