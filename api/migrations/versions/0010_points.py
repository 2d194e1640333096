"""Fill states go on from points; news of bins say since when."""

import sqlalchemy as sa
from alembic import op

from api.store.types import UtcInstant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Bins without points are computed from their history once."""
    op.add_column("fill_states", sa.Column("points", sa.LargeBinary(), nullable=True))
    op.add_column("fill_news", sa.Column("since", UtcInstant(), nullable=True))


def downgrade() -> None:
    """What is dropped can be computed again."""
    op.drop_column("fill_news", "since")
    op.drop_column("fill_states", "points")
