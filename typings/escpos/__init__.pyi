"""The part of python-escpos that the receipt printer's line uses."""
