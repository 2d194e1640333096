"""Benchmarks: instance readers and tables; `python -m benchmarks --help`."""
