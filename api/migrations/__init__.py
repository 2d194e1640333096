"""The history of the tables, run by `binrounds migrate` and by `binrounds serve`."""
