"""The commands that make environments and run cells."""
