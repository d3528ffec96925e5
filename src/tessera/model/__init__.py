"""Plain frozen values that every part shares. Pure: no database, no network, no framework."""
