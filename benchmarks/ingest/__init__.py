"""Readings taken over HTTP, beside the same database without the service."""
