"""A generated city on a busy day, at several sizes: cost, growth of time, and cancelling."""
