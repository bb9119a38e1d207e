"""The screen process: draws what the core says and sends back what was touched."""
