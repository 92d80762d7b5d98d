"""The data module that Binôme installs in the CRM: models, rights, screens and the batch server actions."""
