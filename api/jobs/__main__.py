"""`python -m api.jobs [--with-parent]`: the local worker.

The import stands inside the guard on purpose: a solver's process imports this file again,
and needs nothing of it.
"""

if __name__ == "__main__":
    from api.jobs.worker import main

    main()
