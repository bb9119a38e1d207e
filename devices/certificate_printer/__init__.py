"""Certificate printer (IPP, straight to the printer)."""
