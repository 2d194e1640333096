"""Two workers may learn the pools at once: neither fails, and either's stay."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from api.store.database import Database
from api.store.states import write_pools
from api.store.tables import pools
from optimiser.forecast import Pool
from optimiser.forecast.pools import general_pool
from small_city import NOW


def test_two_who_write_pools_at_once_both_come_through(db: Database) -> None:
    start = Barrier(4)
    found: dict[str, Pool] = {name: general_pool(name) for name in ("paper", "residual")}

    def write(_number: int) -> None:
        start.wait()
        for _ in range(5):
            with db.write() as tx:
                write_pools(tx, found, NOW)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write, range(4))) == [None] * 4
    with db.read() as tx:
        assert set(tx.execute(select(pools.c.fraction)).scalars()) == set(found)
