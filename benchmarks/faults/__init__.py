"""Kills parts of a running service under load, and compares what clients were told with the
database: nothing lost, nothing doubled, nothing published that the verifier does not pass.
"""
