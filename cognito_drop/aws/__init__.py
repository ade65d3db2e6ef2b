"""AWS services and HTTP behind small classes, one a service, that speak the core's words."""
