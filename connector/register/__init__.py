"""The register: the programme's own database, and the vault in it that only the pair's key opens."""
