"""Alembic's entry: runs the migrations on the URL that `cases.database.upgrade` gives."""

from alembic import context

from cases.database import open_engine
from cases.models import Base

engine = open_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
