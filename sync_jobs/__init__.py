"""What runs: the sync engine, its jobs, the migrations and the command line."""
