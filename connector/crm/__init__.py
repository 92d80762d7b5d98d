"""The CRM side: one port, two transports to Odoo, and the sandbox."""
