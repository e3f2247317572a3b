"""What one release saves and another loads."""
