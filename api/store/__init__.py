"""Tables, migrations' models, and the one way to a transaction. SQLite and PostgreSQL."""
