"""Tables of what a fleet has, of what is heard of it, and of what is believed of its bins."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)

from api.store.tables.base import FLEET, ID, SERIAL, instant, of_fleets, refers, versioned
from api.store.types import Document, UtcInstant

depots = versioned("depots")

disposal_sites = versioned("disposal_sites")

trucks = versioned(
    "trucks",
    Column("start_depot_id", ID, nullable=False),
    Column("end_depot_id", ID, nullable=False),
    refers("start_depot_id", "depots"),
    refers("end_depot_id", "depots"),
    Index(None, FLEET, "start_depot_id"),
    Index(None, FLEET, "end_depot_id"),
)

bins = versioned(
    "bins",
    Column("fraction", String(32), nullable=False),
    Column("sensor_id", ID, nullable=True),
    Index(None, FLEET, "fraction"),
    UniqueConstraint(FLEET, "sensor_id"),
)

readings = of_fleets(
    "readings",
    # Time before device: a fleet's new readings then go to one end of the tree. With the device
    # first they scatter, and fall to a tenth of the speed at half a million rows.
    Column("time", UtcInstant(), primary_key=True),
    Column("sensor_id", ID, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("bin_id", ID, nullable=False),
    Column("fill", Float, nullable=False),
    Column("quality", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""`bin_id` refers to no row: history belongs to the place and outlives an edit."""

quarantine = of_fleets(
    "quarantine",
    Column("id", SERIAL, primary_key=True),
    instant("received_at"),
    Column("key_id", ID, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("raw_hash", String(64), nullable=False),
    Index("uq_quarantine_raw", FLEET, "raw_hash", "key_id", "reason", unique=True),
    Index(None, FLEET, "id"),
    in_key=False,
)
"""`raw` is ASCII JSON text, NaN and all. The same one sent again is kept once."""

emptyings = of_fleets(
    "emptyings",
    Column("bin_id", ID, primary_key=True),
    Column("time", UtcInstant(), primary_key=True),
    Column("source", String(16), nullable=False),
)

fill_states = of_fleets(
    "fill_states",
    Column("bin_id", ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Document, nullable=True),
    instant("computed_at", nullable=True),
    Column("points", LargeBinary, nullable=True),
    refers("bin_id", "bins", ondelete="CASCADE"),
)
"""A row a bin. `version` counts how often `state` was written; `points` are what the next one goes
on from."""

fill_news = of_fleets(
    "fill_news",
    Column("id", SERIAL, primary_key=True),
    Column("bin_ids", Document, nullable=False),
    instant("since", nullable=True),
    in_key=False,
)
"""Bins that something happened to which their states do not know, at `since` or later, null where
it has no time (the bin was edited): a row for each batch of readings, since marking each bin's own
row would cost more than writing the readings. Who computes the states
drops the rows that it saw: a reading that comes meanwhile is in a row of its own."""

pools = of_fleets(
    "pools",
    Column("fraction", String(32), primary_key=True),
    Column("pool", Document, nullable=False),
    instant("learned_at"),
)
"""What all bins of a kind (fraction and size) have in common: what a single bin's state is
computed with."""
