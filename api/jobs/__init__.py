"""Background work: the local worker, which claims queued plans and solves them one by one."""
