"""How a cell's environment is locked, made and entered."""
