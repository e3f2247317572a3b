"""The commands that let releases save models and others load them."""
