"""The daemon: what runs by itself, when, and what becomes of a job that fails. Nobody has to look at it."""
