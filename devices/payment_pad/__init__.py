"""Payment pad: bank cards and wallet QR codes, ECRHub over a serial line."""
