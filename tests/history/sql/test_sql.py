"""SQL texts: one query a file, and a condition that several share stands once."""

from pathlib import Path

import pytest

from history import sql

FOLDER = Path(sql.__file__).parent
QUERIES = sorted(path.stem for path in (FOLDER / "queries").glob("*.sql"))
FRAGMENTS = sorted(path.stem for path in (FOLDER / "fragments").glob("*.sql"))


def test_a_fragment_is_put_in_with_its_arguments():
    assert "{" not in sql.query("aligned_runs")
    assert "where excluded.run_id = runs.run_id and excluded.series_id = ''" in sql.query(
        "aligned_runs"
    )


def test_what_is_excluded_is_asked_in_fragments_alone():
    """But for the name of a downloaded file, which depends on the list of exclusions itself."""
    asking = [
        name
        for name in QUERIES
        if "from excluded" in (FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    ]
    assert asking == ["download_parts"]


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_fragment_is_shared(fragment):
    texts = [(FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8") for name in QUERIES]
    assert sum(f"{{{fragment}(" in text for text in texts) > 1
