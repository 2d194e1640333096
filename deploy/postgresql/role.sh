#!/bin/sh
# The image of PostgreSQL runs this once, when it makes its data. The service gets a role of its own:
# POSTGRES_USER is a superuser, and superusers see past row-level security, the wall between fleets.
set -eu
role="${BINROUNDS_ROLE:-binrounds}"
password="$(cat "${BINROUNDS_PASSWORD_FILE:-/run/secrets/postgresql_password}")"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
  --set=role="$role" --set=password="$password" << 'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE CONNECT ON DATABASE :"role" FROM PUBLIC;
SQL
