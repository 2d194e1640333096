"""The audit trail; keys that end by themselves."""

import sqlalchemy as sa
from alembic import op

from api.store.types import Document, UtcInstant

revision = "0007"
down_revision = "0006"

_ID = sa.String(64)


def upgrade() -> None:
    """Add the trail, and to keys their end and what they took the place of."""
    op.add_column("api_keys", sa.Column("expires_at", UtcInstant(), nullable=True))
    op.add_column("api_keys", sa.Column("replaces", _ID, nullable=True))
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("key_id", _ID, nullable=False),
        sa.Column("request_id", _ID, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", _ID, nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_kind_ref", "audit", ["kind", "ref"])
    op.create_index("ix_audit_key_id", "audit", ["key_id"])


def downgrade() -> None:
    """The trail is lost; a key with an end counts as revoked, lest it live for ever."""
    op.drop_table("audit")
    op.execute(
        "UPDATE api_keys SET revoked_at = expires_at "
        "WHERE expires_at IS NOT NULL AND revoked_at IS NULL"
    )
    with op.batch_alter_table("api_keys") as keys:
        keys.drop_column("replaces")
        keys.drop_column("expires_at")
