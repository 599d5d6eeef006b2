"""Staff and the directory: offices, places, duty lists, services, devices."""
