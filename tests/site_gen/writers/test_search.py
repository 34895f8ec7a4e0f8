"""The index of what is found by typing."""

import gzip
from types import SimpleNamespace

import orjson

from site_gen.shell.interface import Section
from site_gen.shell.navigation import Entry
from site_gen.writers.search import search_file


def catalogue(count, suite="micro"):
    """A suite of so many benchmarks, named and addressed as real ones are."""
    rows = [
        SimpleNamespace(
            benchmark_id=f"{suite}.operation_{n % 97}[vocab={n}]",
            path=f"suites/{suite}/operation_{n % 97}-vocab-{n}-{n * 2654435761 % 2**32:08x}",
        )
        for n in range(count)
    ]
    return SimpleNamespace(suites=[SimpleNamespace(name=suite, benchmarks=rows)])


def test_the_index_has_each_kind_for_itself():
    places = (Entry("Overview", ""), Entry("Suites", "suites", (Entry("micro", "suites/micro"),)))
    section = Section("Keep the history in a bucket", "docs/bucket/#keep")
    index = orjson.loads(search_file(catalogue(1), places, [section]))
    assert index["pages"] == {"name": ["Overview", "Suites"], "path": ["", "suites"]}
    assert index["suites"] == {"name": ["micro"], "path": ["suites/micro"]}
    assert index["benchmarks"]["name"] == ["micro.operation_0[vocab=0]"]
    assert index["documentation"]["path"] == ["docs/bucket/#keep"]


def test_five_thousand_benchmarks_are_a_small_file():
    assert len(gzip.compress(search_file(catalogue(5_000), (), ()))) <= 100_000
