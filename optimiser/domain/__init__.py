"""The words of the field as frozen data that checks itself; see docs/glossary.md.

Nothing here knows a solver, a database or a network. Every class is a frozen
pydantic dataclass: wrong values are refused on construction, and the same class
is the JSON schema of files and requests.
"""
