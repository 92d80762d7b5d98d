"""Fixtures for every test, and hypothesis' profiles: ``dev`` (the default) is quick, ``ci`` looks longer."""

import os

from hypothesis import settings

pytest_plugins = ["tests.odoo.fixtures"]

settings.register_profile("dev", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
