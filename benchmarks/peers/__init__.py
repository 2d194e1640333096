"""Other solvers, on their own, as their users use them; `pip install binrounds[bench]`."""
