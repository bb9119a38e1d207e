"""The visit's dealings with the centre, as at a window's counter: one errand each."""
