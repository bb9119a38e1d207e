"""Parts of pyscard that are used."""
