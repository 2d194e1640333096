"""Tiny instances of the classic sets, as odd as the real files."""

from pathlib import Path

from benchmarks.classic.instance import Instance, read_instance

CVRP = """NAME : \tX-n4-k2\t
COMMENT : \t"Made up: one could think otherwise"
TYPE : \tCVRP
DIMENSION : \t4
EDGE_WEIGHT_TYPE : \tEUC_2D
CAPACITY : \t10
NODE_COORD_SECTION\t\t
1\t0\t0
2\t3\t4
3\t6\t8
4\t0\t1
DEMAND_SECTION\t\t
1\t0\t
2\t6\t
3\t4\t
4\t5\t
DEPOT_SECTION\t\t
\t1\t
\t-1\t
EOF
"""

RELEASES = """NAME: R3
TYPE: MTVRPTWR
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 1
CAPACITY: 10
SERVICE_TIME: 5
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t0\t2
4\t1\t1
DEMAND_SECTION
1\t0
2\t6
3\t4
4\t5
TIME_WINDOW_SECTION
1\t0\t100
2\t0\t50
3\t30\t40
4\t0\t90
RELEASE_TIME_SECTION
1\t0
2\t10
3\t0
4\t60
VEHICLES_RELOAD_DEPOT_SECTION
1\t1
DEPOT_SECTION
1
EOF
"""

PRIZES = """NAME : P3
TYPE : PCVRPTW
DIMENSION : 4
VEHICLES : 1
CAPACITY : 10
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 2
4 1 1
DEMAND_SECTION
1 0
2 6
3 4
4 5
TIME_WINDOW_SECTION
1 0 60
2 0 50
3 30 40
4 0 50
PRIZE_SECTION
1 0
2 21
3 0
4 1
DEPOT_SECTION
1
-1
EOF
"""


def instance_of(folder: Path, text: str, name: str = "tiny") -> Instance:
    path = folder / f"{name}.vrp"
    path.write_text(text)
    return read_instance(path)


def folder_of_sets(root: Path) -> Path:
    """A folder as the real one is: one a set, with best-known costs."""
    for name, text, cost in (
        ("CVRP", CVRP, 22), ("MTVRPTWR", RELEASES, 134), ("PCVRPTW", PRIZES, 116),
    ):  # fmt: skip
        (root / name).mkdir(parents=True)
        instance_of(root / name, text, f"{name}-tiny")
        (root / name / "bks.csv").write_text(f"{name}-tiny,{cost}\n")
    return root
