"""Replans: the rest of a day planned anew, from where trucks are and what is done.

| file | what |
| --- | --- |
| asking | what a replan is asked for with; the plan in the queue |
| standing | how far each truck is, by its driver's events or else by the plan's clock |
| rest | the problem of what is still to be done |
| late | trucks out for too long get the time that the way home takes |
"""
