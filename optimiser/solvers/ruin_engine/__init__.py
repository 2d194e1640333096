"""The engine of our own: ruin and recreate under the true objective, compiled by numba.

Slack induction by string removals (Christiaens and Vanden Berghe, "Slack Induction by String
Removals for Vehicle Routing Problems", Transportation Science 54(2), 2020), with routes that
unload on the way, traffic by the hour, breaks, and energy by load in every cost it compares.
"""
