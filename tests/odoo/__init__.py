"""A real Odoo 19 for tests, benches and `make odoo`: fetched, built and started without root."""
