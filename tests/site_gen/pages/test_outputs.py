from datetime import timedelta

from history.items import outputs as stages_of_items
from history.items.outputs import Summary
from history.project.workspace import open_workspace
from history.read import outputs, view
from history.read.outputs import Kept, Output
from history.words.records import Commit, Item, Machine, Measured, Point, Run, RunRecord, Variant
from site_gen.catalogue import catalogue
from site_gen.pages import outputs as report
from site_gen.pages.interface import Details
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from tests.site_gen import builders
from tests.site_gen.rendering import renderer

NOTHING: frozenset[tuple[str, str]] = frozenset()
VARIANT = Variant(runtime="onnxruntime", precision="fp32")
ENCODER: Summary = {
    "shape": "1x1500x64", "dtype": "float32", "min": -3.0, "max": 3.0, "mean": 0.25, "std": 1.0,
    "nonzero": 96_000, "nonfinite": 0,
}  # fmt: skip
MEL: Summary = ENCODER | {"shape": "80x3000", "nonzero": 240_000}


def stages(**encoder):
    return {"mel": MEL, "encoder": ENCODER | encoder}


def record(night, total_s, found, machine="bench"):
    """A night of the golden suite."""
    began = builders.DAWN + timedelta(days=night)
    params = {"seconds": "1.5"}
    return RunRecord(
        run=Run(
            run_id=f"{night + 1:032x}",
            started_at=began,
            commit=Commit(sha=f"{night + 1:040x}", time=began, sequence=night, subject="work"),
            machine=Machine(name=machine, cpu_model=machine),
            project="p",
        ),
        points=(
            Point(
                suite="golden",
                benchmark="pipeline",
                metric="total_time",
                params=params,
                variant=VARIANT,
                outcome=Measured(value=total_s, n=1, aggregate="value"),
            ),
        ),
        items=(
            Item(
                suite="golden",
                benchmark="pipeline",
                item="clip-1.5s",
                params=params,
                variant=VARIANT,
                facts={"tokens": 20, **stages_of_items.facts_of(found)},
                values={"total_time": total_s},
            ),
        ),
    )


def shown(tmp_path, *records):
    """What a site of these nights says about the one benchmark."""
    workspace = open_workspace(history=tmp_path / "h.duckdb", ledger=tmp_path / "runs")
    workspace.append(list(records))
    with workspace.reading() as connection:
        ((path, kept),) = outputs.read(connection).items()
        known = view.read(connection)
    assert path in {one.path for one in catalogue(known.series).benchmarks()}
    return report.build(kept, NOTHING, {run.run_id: run for run in known.runs})


def test_a_stage_that_puts_out_something_else_is_shown_with_what_it_was(tmp_path):
    (part,) = shown(
        tmp_path,
        record(0, 0.048, stages()),
        record(1, 0.049, stages()),
        record(2, 0.020, stages(mean=0.0, std=0.0, nonzero=0)),
        record(3, 0.021, stages(mean=0.0, std=0.0, nonzero=0)),
    )
    assert part.first == "encoder"
    assert (part.before.position, part.since.position) == (1, 2)
    assert part.speed == "Total time 49.0 ms → 21.0 ms (−57.1 %)"
    mel, encoder = part.stages
    assert (mel.same, encoder.same) == ("same", "differs")
    assert {one.title: (one.now, one.before) for one in encoder.numbers} == {
        "Shape": ("1 × 1500 × 64", ""),
        "Smallest": ("−3", ""),
        "Largest": ("3", ""),
        "Mean": ("0", "0.25"),
        "Spread": ("0", "1"),
        "Non-zero": ("0", "96\u202f000"),
    }
    assert all(one.before == "" for one in mel.numbers)


def test_an_output_that_never_changed_says_since_when(tmp_path):
    (part,) = shown(tmp_path, record(0, 0.05, stages()), record(1, 0.03, stages()))
    assert part.before is None
    assert part.since.position == 0
    assert [row.same for row in part.stages] == ["", ""]


def test_rounding_of_another_library_is_no_change(tmp_path):
    near = stages(mean=0.25 + 1e-5)
    (part,) = shown(tmp_path, record(0, 0.05, stages()), record(1, 0.05, near))
    assert part.before is None


def test_another_machine_is_not_a_before(tmp_path):
    other = record(0, 0.05, stages(mean=1.0), machine="other")
    (part,) = shown(tmp_path, other, record(1, 0.05, stages()))
    assert part.before is None


def test_a_stage_that_is_new_differs():
    kept = Kept(
        variant="", item="clip", since="r1",
        now=Output("r1", stages(), {}), before=Output("r0", {"mel": MEL}, {}),
    )  # fmt: skip
    runs = {"r0": builders.run(0), "r1": builders.run(1)}
    (part,) = report.build([kept], NOTHING, runs)
    assert [row.same for row in part.stages] == ["same", "differs"]
    assert part.speed == ""


def test_the_page_of_the_benchmark_shows_it_and_a_hostile_name_is_only_text():
    benchmark = builders.benchmark(builders.series([1.0, 2.0]))
    context = builders.context(benchmark)
    runs = [run.run_id for run in context.view.runs]
    kept = Kept(
        variant="", item="<b>clip</b>", since=runs[1],
        now=Output(runs[1], stages(std=2.0), {"total_time": 2.0}),
        before=Output(runs[0], stages(), {"total_time": 1.0}),
    )  # fmt: skip
    (page,) = (
        one
        for one in pages(
            context, {}, Downloads((), ()), details=Details(outputs={benchmark.path: (kept,)})
        )
        if one.template == "benchmark.html"
    )
    shown = renderer(context).page(page)
    text = shown if isinstance(shown, str) else shown.decode()
    assert "Output of each stage" in text
    assert "<b>encoder</b> is the first stage that differs" in text
    assert "Total time 1.00 s → 2.00 s (+100.0\N{NO-BREAK SPACE}%)" in text
    assert "&lt;b&gt;clip&lt;/b&gt;" in text
    assert "<b>clip</b>" not in text
