"""Install, migrate and uninstall: the same lists create and remove, and running any of them again changes nothing."""
