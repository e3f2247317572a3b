"""The scenarios as text: their catalogue, their sources, their recipes, and what cannot be tested."""
