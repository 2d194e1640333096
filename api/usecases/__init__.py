"""What the service does, without HTTP: each function takes the database, the clock's `now`
(or a `Clock`) and plain domain data, and answers with frozen data or one of the errors
of `api.usecases.errors`.

| file | what |
| --- | --- |
| catalogue | bins, trucks, depots, disposal sites: get, list, put, delete |
| imports | files of those four kinds, all or nothing; readings and emptyings |
| readings | batches from sensors; the quarantine |
| bins | a bin with its forecast |
| plans | ask for, follow, fetch, cancel |
| publishing | which plan of a date its drivers follow |
| edits | a plan changed by hand and judged again |
| exporting | a plan or a route, for files of it |
| evaluating, recommending, comparing | questions about plans |
| schedules, timetable | plans asked for by the clock; what the worker does about them |
| webhooks | who is told of what happens to plans |
| replanning | the rest of a day planned anew |
| trail | who did what to a plan |
| claims, problems, planning | what a worker does: claim a plan, build its problem, solve, store |
| states | fill states, computed again when something happened |
| driver | the driver's day: route, events, pictures; its progress |
| live | what is new on a plan, for those who watch |
| keys, key_scope | who may do what |
| oidc | dispatchers who sign in elsewhere |
| audit | who changed what |
| solving | a stateless solve |
| figures | what the service tells of itself in numbers |
| health | is the database there, and as new as the code |
| idempotency | a repeated request has one effect |
"""
