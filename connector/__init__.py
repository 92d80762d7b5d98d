"""The two sides that Binôme keeps in step, and all input and output: the CRM and the register."""
