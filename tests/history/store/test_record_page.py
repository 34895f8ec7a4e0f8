import re
from pathlib import Path

import duckdb

from history.store import codec, migrate

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "record.md"


def documented(heading):
    """Names in the first cells of the table with that heading."""
    table = PAGE.read_text().partition(f"| {heading} |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


def test_every_column_of_a_run_file_is_documented():
    assert documented("column of a run file") == set(codec.COLUMNS)


def test_every_column_of_the_views_is_documented():
    with duckdb.connect() as connection:
        migrate.migrate(connection)
        rows = connection.execute("describe trend").fetchall()
    assert documented("column of `trend` and `latest`") == {row[0] for row in rows}
