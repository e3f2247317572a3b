"""What a repeated run puts beside the suite in a cell: it imports nothing but the standard library."""
