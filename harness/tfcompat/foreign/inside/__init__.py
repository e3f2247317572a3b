"""What runs the user's code inside a cell, on Python 3.8 to 3.13: it imports nothing but the standard library and pytest."""
