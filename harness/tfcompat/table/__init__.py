"""The collector: trials to a pandas frame, and the frame's columns, ranges and support."""
