"""The OR-Tools engine: the complete model, in one small file per rule family.

Use `ortools.constraint_solver.pywrapcp`: `ortools.routing` does not import in the 9.15 wheel.
"""
