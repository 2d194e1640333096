"""What makes states stale is a row a batch, no longer a count in the row of each bin."""

import sqlalchemy as sa
from alembic import op

from api.store.types import Document

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Every state is computed again at its next use: those that were stale are among them."""
    op.create_table(
        "fill_news",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bin_ids", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fill_news"),
    )
    _replace_columns(("changes", "seen"), ("version",))


def downgrade() -> None:
    """Every state is computed again, too."""
    _replace_columns(("version",), ("changes", "seen"))
    op.execute("UPDATE fill_states SET changes = 1")
    op.drop_table("fill_news")


def _replace_columns(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    with op.batch_alter_table("fill_states") as table:
        for name in new:
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("fill_states") as table:
        for name in old:
            table.drop_column(name)
        for name in new:
            table.alter_column(name, server_default=None)
    op.execute("UPDATE fill_states SET computed_at = NULL")
