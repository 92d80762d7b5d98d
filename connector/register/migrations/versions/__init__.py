"""One module a revision. Each is frozen once released: it must not import the records or the schema."""
