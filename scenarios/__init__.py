"""The suite that runs inside each cell, and the small recorder it ships with."""
