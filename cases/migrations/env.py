"""Alembic's entry: runs the migrations on the URL that `cases.database.upgrade` gives."""

from alembic import context

from cases.database import open_engine
from cases.models import Base

UPGRADE_LOCK = 7077  # any number that nobody else locks in this database

engine = open_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        # Bot, desk and clock start together and all upgrade: the second one waits here and then finds nothing to do.
        # On SQLite the transaction itself is the lock (see `open_engine`).
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        context.run_migrations()
engine.dispose()
