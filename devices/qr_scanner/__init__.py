"""QR codes, found in the camera's pictures."""
