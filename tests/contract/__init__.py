"""One suite for every CRM: what the sandbox keeps, the real Odoo keeps too, over both transports."""
