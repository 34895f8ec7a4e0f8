from datetime import date
from functools import cache
from html.parser import HTMLParser

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from history.project.annotations import Annotation
from history.project.triage import Decision
from site_gen.pages.context import SiteInfo
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, change, context, run, series, verdict
from tests.site_gen.rendering import renderer

hostile = st.text(min_size=1, max_size=30) | st.sampled_from(
    [
        "<script>x</script>",
        '" onload="x',
        "{{ 7*7 }}",
        "javascript:x",
        "\u202eabc",
        "]]>",
        "&lt;b&gt;",
    ]
)


class Skeleton(HTMLParser):
    """Tags and attribute names of a page: what text from outside must never change."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.scripts = 0

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, tuple(name for name, _ in attributes)))
        self.scripts += any(
            (value or "").strip().lower().startswith("javascript:")
            for name, value in attributes
            if name in {"href", "src"}
        )


def site_of(word):
    row = series(
        [1.0, 1.1, 1.3],
        variant=f"runtime={word}".replace(";", "").replace("\\", ""),
        metric="total_time",
        reasons={2: word},
        series_id="5e",
    )
    one = benchmark(row, suite="s", name=word, params=(("p", word),), path="suites/s/b")
    decision = Decision(state="expected", reason=word, commit="c", link=word)
    found = context(
        one,
        runs=[run(place, subject=word, source=word, warnings=(word,)) for place in range(3)],
        site=SiteInfo(word, word, repository="https://example.org/x"),
        changes=(change(row, 2, rule=word, decision=decision),),
        verdicts={"5e": verdict("fail", word)},
        annotations=(Annotation(text=word, date=date(2026, 3, 1), link=word),),
    )
    return found, list(pages(found, {"5e": [(2, [1.0, 1.1])]}, Downloads((), ())))


def skeletons(word):
    found, listed = site_of(word)
    rendered = renderer(found)
    for page in listed:
        body = rendered.page(page)
        parser = Skeleton()
        parser.feed(body)
        yield page, parser


@cache
def harmless():
    return [parser.tags for _, parser in skeletons("harmless")]


@given(hostile)
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
def test_no_name_changes_the_skeleton_of_any_page(word):
    for (_, parser), tags in zip(skeletons(word), harmless(), strict=True):
        assert parser.tags == tags
        assert parser.scripts == 0


def test_a_run_at_a_commit_that_was_left_behind_says_so_wherever_it_is_listed():
    row = series([1.0, 1.1, 1.2], series_id="5e")
    runs = [run(0), run(1, abandoned=True), run(2)]
    found = context(benchmark(row, path="suites/s/b"), runs=runs)
    rendered = renderer(found)
    listed = pages(found, {}, Downloads((), ()))
    assert [page.path for page in listed if "left behind" in rendered.page(page)] == [
        "suites/s/b",
        "runs",
        f"runs/{2:032x}",
        f"commits/{2:040x}",
    ]
