"""Plans and routes in the formats of others: each file writes one, from an `Export`."""
