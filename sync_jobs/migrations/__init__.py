"""One-off scripts: what brings a club's existing data into the register."""
