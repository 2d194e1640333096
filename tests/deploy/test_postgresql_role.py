"""The role that the service gets where the image of PostgreSQL makes its data."""

import os
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, text

from api.store.database import Database
from api.store.schema import migrate
from databases import SERVER, run_sql

SCRIPT = Path(__file__).parents[2] / "deploy" / "postgresql" / "role.sh"


@pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on this machine")
@pytest.mark.usefixtures("new_postgresql")  # skips without a server
def test_the_role_owns_its_database_and_nothing_else(tmp_path: Path) -> None:
    role = f"binrounds_test_{uuid4().hex[:12]}"
    (tmp_path / "password").write_text('it\'s "a" $word; --')
    environment = {
        "PGHOST": str(SERVER.host),
        "PGPORT": str(SERVER.port or 5432),
        "PGPASSWORD": SERVER.password or "",
        "POSTGRES_USER": str(SERVER.username),
        "BINROUNDS_ROLE": role,
        "BINROUNDS_PASSWORD_FILE": str(tmp_path / "password"),
    }
    subprocess.run(["sh", SCRIPT], env=os.environ | environment, check=True, timeout=60)
    url = SERVER.set(username=role, database=role, password='it\'s "a" $word; --')
    try:
        with create_engine(url, poolclass=NullPool).connect() as tx:
            asked = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            rights = tx.execute(text(f"{asked} WHERE rolname = current_user")).one()
        assert not any(rights)
        db = Database(url.render_as_string(hide_password=False))
        migrate(db)
        db.close()
    finally:
        run_sql(f"DROP DATABASE {role} WITH (FORCE)")
        run_sql(f"DROP ROLE {role}")
