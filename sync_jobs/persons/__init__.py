"""The rights of persons: what is held of somebody, erasing it, and letting go of what was kept long enough."""
