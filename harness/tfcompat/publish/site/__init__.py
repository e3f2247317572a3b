"""The published site: its data, its documents, its badges and its feed."""
