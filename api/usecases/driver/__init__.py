"""The driver's day: the route with all that it needs, and what happened on it.

| file | what |
| --- | --- |
| events | what a phone reports, checked on construction |
| sync | a batch of events, in any order and repeated, becomes one state |
| state | what a day's events amount to |
| day | the route of a truck, and what changed since a version |
| progress | how far a plan is, for dispatchers |
| log | events as they were recorded, for dispatchers |
| photos, pictures | pictures that drivers took, and what a picture is |
| links | where an address opens in a navigation app |
"""
