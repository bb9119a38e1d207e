"""The camera: newest frame, never an old one."""
