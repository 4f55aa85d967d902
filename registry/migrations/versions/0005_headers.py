"""The headers of weight files are one source, however many files there are: a later reading replaces an earlier one."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("UPDATE claims SET source = 'safetensors headers' WHERE source LIKE 'safetensors headers of % file%'")
