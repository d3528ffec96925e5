"""The workbench and the partner portal: pages that a person reads. Each declares what it needs at its head."""
