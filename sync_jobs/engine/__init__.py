"""The pure heart of the sync: identity, merge, plan and guard. No I/O."""
