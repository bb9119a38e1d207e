"""What is shown or printed: page images of PDFs, slips."""
