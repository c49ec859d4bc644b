"""Code that runs in the bench's own Python, where Frappe can be imported. Nothing here runs before it is installed."""
