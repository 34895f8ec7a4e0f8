"""What the variants of targets have in common is said once, and folded where it takes lines."""

from site_gen.pages.findings import in_common, targets
from site_gen.pages.interface import Known
from site_gen.pages.sla import pages
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, context, series, target
from tests.site_gen.rendering import renderer

WAYS = {
    "quick": ("runtime=torch;threads=1", "runtime=torch;threads=2"),
    "slow": ("device=cpu;runtime=ort;threads=1", "device=cpu;runtime=ort;threads=2"),
}


def asked(*names):
    """A history with a target about each way of these benchmarks."""
    rows = {
        name: [
            series([1.5], variant=way, benchmark=name, series_id=f"{name} {way}")
            for way in WAYS[name]
        ]
        for name in names
    }
    known = (benchmark(*own, name=name, path=f"suites/micro/{name}") for name, own in rows.items())
    return context(*known, sla=tuple(target(row) for own in rows.values() for row in own))


def page(found):
    (one,) = pages(Known(found, {}, Downloads((), ())))
    return renderer(found).page(one)


def test_each_benchmark_has_its_own_pairs_and_a_row_only_what_is_left():
    found = asked("quick", "slow")
    shared = in_common(targets(found))
    assert shared.told == (("micro.quick", "torch"), ("micro.slow", "cpu · ort"))
    key = found.judgement.sla[0].key
    assert shared.rest(key) == "1 thread"


def test_one_line_of_it_stands_above_the_table_and_several_behind_a_fold():
    assert '<p class="sm-sub">All of them: torch</p>' in page(asked("quick"))
    body = page(asked("quick", "slow"))
    fold = body.partition("<details><summary>Variant fields")[2].partition("</details>")[0]
    assert body.count("All of micro.") == fold.count("All of micro.") == 2
