"""Edits of a plan by hand: what they are, how they are applied, and what then becomes of the plan.

| file | what |
| --- | --- |
| kinds | the edits as they are sent |
| draft | a problem and who does what in which order, while it is being edited |
| placing | where a stop costs least |
| apply | each edit, done to a draft |
| editing | load, apply, judge, store |
"""
