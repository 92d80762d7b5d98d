"""The common charter: filled for a pair, sent, signed by each, filed, told again, and replaced by a new version."""
