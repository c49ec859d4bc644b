"""`./dev test`."""
