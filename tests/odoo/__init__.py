"""A real Odoo 19 for the test-suite, for `make odoo` and for the benches: fetched, built and started without root."""
