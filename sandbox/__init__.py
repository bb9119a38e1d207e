"""A city on your desk: the centre and the devices' twins. Not shipped."""
