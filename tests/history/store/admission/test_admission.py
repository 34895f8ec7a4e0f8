"""A run file is looked at alone before it counts; a bad one is named and keeps no other out."""

import os
import shutil
from datetime import timedelta

import duckdb
import msgspec
import pytest

from history.project.workspace import open_workspace
from history.store import admit, checksum, read_groups
from history.store import ledger as ledger_files
from history.store.admission.limits import Limits
from history.store.ledger import Ledger, exclusion_name
from history.words.records import Exclusion, Item
from tests.history.builders import START, point, record, write_exclusion

ITEM = Item(suite="alignment", benchmark="utterances", item="u1", text="HELLO", facts={"T": 9})


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "runs")


@pytest.fixture
def workspace(tmp_path):
    return open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")


def forge(path, query, target=None):
    """Rewrite a run file by a query over its rows, with a hash that fits, as a forger would."""
    with duckdb.connect() as connection:
        every_column = ledger_files.read_parquet(connection, [path])
        rows = f"(select * exclude (filename) from {every_column})"
        connection.execute(f"create table forged as {query.format(rows)}")
        columns = {row[0]: row[1] for row in connection.execute("describe forged").fetchall()}
        try:
            groups = read_groups.of_all(connection, "forged", columns)
        except duckdb.Error:  # of columns like these no hash can be made, nor is one asked for
            groups = []
        made = read_groups.hashes(groups).get("", "")
        connection.execute(
            f"copy forged to '{target or path}' (format parquet, compression zstd,"
            f" kv_metadata {{{checksum.COLUMNS_KEY}: '{made}'}})"
        )


def faults(ledger):
    """What is wrong with each file of the ledger, by its name."""
    with duckdb.connect() as connection:
        return {
            bad.file: bad.reason for bad in admit.load_alone(connection, ledger, ledger.files())
        }


def honest(ledger, night=0, **changes):
    made = record(f"a{night}", point(0.1, samples=(0.1, 0.2)), night=night, items=(ITEM,))
    return ledger.write([msgspec.structs.replace(made, **changes)])


def replaced(*changes):
    return f"select * replace ({', '.join(changes)}) from {{}}"


def test_what_we_write_is_sound(ledger):
    honest(ledger)
    ledger.write([record("b1", night=1), record("b2", night=2)])
    write_exclusion(ledger, Exclusion(run_id="0" * 32, made_at=START, reason="noisy"))
    assert faults(ledger) == {}


FORGERIES = {
    "no such row": (replaced("case row when 'item' then 'gift' else row end as row"), "of a kind"),
    "no kind": (replaced("case row when 'item' then null else row end as row"), "of a kind"),
    "null in a run": (replaced("null::varchar as origin"), "a row without origin"),
    "no name of a machine": (replaced("null::varchar as machine_name"), "without machine_name"),
    "no commit": (replaced("null::varchar as commit_sha"), "without commit_sha"),
    "no beginning": (replaced("null::timestamp as started_at"), "without started_at"),
    "no run": (replaced("null::varchar as run_id"), "without run_id"),
    "null in a point": (
        replaced("case row when 'point' then null else metric end as metric"), "without metric"
    ),
    "null in an item": (replaced("null::varchar as facts"), "without facts"),
    "no column of numbers": ("select * exclude (n) from {}", "without n"),
    "no column of runs": ("select * exclude (run_id) from {}", "no column run_id"),
    "text for a number": (replaced("value::varchar as value"), "column value as VARCHAR"),
    "a table for text": (replaced("{{a: 1}} as reason"), "column reason as STRUCT"),
    "a list of lists": ("select *, [[1]] as more from {}", "column more of the type"),
    "infinite time": (replaced("'infinity'::timestamp as commit_time"), "time commit_time outside"),
    "year 1": (replaced("timestamp '0001-01-01' as commit_time"), "time commit_time outside"),
    "year 9999": (replaced("timestamp '9999-12-31' as commit_time"), "time commit_time outside"),
    "from the future": (replaced("timestamp '2100-01-01' as started_at"), "started_at outside"),
    "a run id that is a path": (replaced("'../../etc' as run_id"), "run_id that is not 32"),
    "the id of another series": (
        replaced("case when series_id is not null then '0123456789abcdef' end as series_id"),
        "series_id that its series does not have",
    ),
    "the id of another machine": (
        replaced("'01234567' as machine_id"), "a series_id|a machine_id"
    ),
    "another machine": (replaced("cores + 1 as cores"), "machine_id that its machine does not"),
    "one run told twice": ("from {0} union all from {0} where row = 'run'", "a run 2 times"),
    "points told twice": ("from {0} union all from {0} where row = 'point'", "2 points of one"),
    "points of nobody": ("select * from {} where row <> 'run'", "tells a run 0 times"),
    "two commits of one run": (
        replaced("case row when 'point' then 'ff' else commit_sha end as commit_sha"), "different"
    ),
    "nothing at all": ("select * from {} where false", "holds nothing"),
    "a value of infinity": (replaced("'inf'::double as value"), "a value where there is none"),
    "measured without a value": (replaced("null::double as value"), "or none where there is one"),
    "an interval of infinity": (replaced("'nan'::double as high"), "aggregate that is no number"),
    "a sample that is none": (
        replaced("case row when 'point' then [1, null]::bigint[] end as samples_ns"),
        "a sample that is no number",
    ),
    "a status of its own": (replaced("'fine' as status"), "a status that"),
    "a direction of its own": (replaced("'sideways' as direction"), "a direction that"),
    "deep JSON": (
        replaced("repeat('[', 3000) || repeat(']', 3000) as environment"), "an environment"
    ),
    "a deep group": (
        replaced("'{{\"a\": {{\"b\": ' || repeat('[', 99) || repeat(']', 99) || '}}}}'"
                 " as environment"), "an environment"
    ),
    "facts that are none": (
        replaced("case row when 'item' then '[1]' end as facts"), "an item whose facts"
    ),
    "facts beyond any number": (
        replaced("case row when 'item' then '{{\"T\": 1' || repeat('0', 400) || '}}' end as facts"),
        "an item whose facts",
    ),
    "points of a duet in a run": (
        replaced("case row when 'point' then 'duet point' else row end as row,"
                 "'base' as side, 0::integer as position"), "of another kind"
    ),
    "an exclusion among its rows": (
        "from {0} union all by name select 'exclusion' as row, repeat('f', 32) as run_id,"  # noqa: ISC004
        " now()::timestamp as started_at, 'ours now' as reason",
        "beside other rows",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def forged(tmp_path_factory):
    """What is said of every forgery, of a ledger with all of them and one honest file."""
    ledger = Ledger(tmp_path_factory.mktemp("forged"))
    file = honest(ledger)
    for case, (query, _) in FORGERIES.items():
        target = ledger.path(f"{case}/{file}")
        target.parent.mkdir(parents=True)
        forge(ledger.path(file), query, target)
    return {name.split("/")[0]: reason for name, reason in faults(ledger).items()}


@pytest.mark.parametrize("case", FORGERIES)
def test_a_forged_file_is_named_with_its_fault(forged, case):
    _, said = FORGERIES[case]
    assert any(part in forged[case] for part in said.split("|")), forged[case]


def test_an_honest_file_among_forged_ones_is_taken(forged):
    assert forged.keys() == FORGERIES.keys()


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(file_bytes=1000), "bytes, more than history.limits.file_bytes = 1000"),
        (Limits(rows=2), "holds 3 rows, more than history.limits.rows = 2"),
        (Limits(samples=1), "holds 2 samples, more than"),
        (Limits(text_bytes=10), "bytes in one text, more than"),
        (Limits(unpacked_bytes=100), "bytes when unpacked, more than"),
        (Limits(pages=3), "holds 4 runs, commits, machines and benchmarks, more than"),
    ],
)
def test_each_limit_can_be_set(ledger, limits, said):
    file = honest(ledger)
    assert said in faults(Ledger(ledger.folder, limits))[file]


def test_a_small_file_that_unpacks_to_very_much_is_refused_by_its_size(ledger):
    file = honest(ledger)
    again = "repeat('x', 90000) as reason from {}, range(100) _(part)"
    forge(ledger.path(file), f"select * exclude (reason, part), {again}")
    assert ledger.path(file).stat().st_size < 30_000
    found = faults(Ledger(ledger.folder, Limits(unpacked_bytes=20_000_000)))
    assert "bytes when unpacked, more than history.limits.unpacked_bytes" in found[file]


def test_a_list_of_very_many_numbers_is_refused(ledger):
    file = honest(ledger)
    many = "case row when 'point' then range(2000000) end as samples_ns"
    forge(ledger.path(file), replaced(many))
    found = faults(Ledger(ledger.folder, Limits(samples=1_000_000)))
    assert "holds 2000000 samples, more than history.limits.samples = 1000000" in found[file]


def test_a_file_that_becomes_thousands_of_pages_is_refused(ledger):
    runs = [record("a1", night=night % 300, run=str(night)) for night in range(2000)]
    file = ledger.write(runs)
    assert ledger.path(file).stat().st_size < 1_000_000
    found = faults(Ledger(ledger.folder, Limits(pages=2000)))
    assert "runs, commits, machines and benchmarks" in found[file]


@pytest.mark.parametrize(
    "name",
    ["copy.parquet", "2026/01/20260101T041700Z-a9-bench-box-00000000.parquet", "2026/1/a.parquet",
     "2026/01/20260101T041700Z-a0\nb.parquet"],
)  # fmt: skip
def test_a_file_has_its_own_name(ledger, name):
    file = honest(ledger)
    ledger.path(name).parent.mkdir(parents=True, exist_ok=True)
    ledger.path(file).rename(ledger.path(name))
    ((found, reason),) = faults(ledger).items()
    assert found == name
    assert "name of" in reason


def test_only_regular_files_are_opened(ledger, tmp_path):
    file = honest(ledger)
    outside = ledger.path(file).rename(tmp_path / "elsewhere.parquet")
    ledger.path(file).symlink_to(outside)
    fifo = honest(ledger, night=1)
    ledger.path(fifo).unlink()
    os.mkfifo(ledger.path(fifo))
    assert faults(ledger) == dict.fromkeys((file, fifo), "is no regular file")


def test_a_file_that_is_no_parquet_is_named(ledger):
    good, bad = honest(ledger), honest(ledger, night=1)
    ledger.path(bad).write_text("not today")
    ((found, reason),) = faults(ledger).items()
    assert good not in reason
    assert (found, "cannot be read" in reason) == (bad, True)


def test_names_with_spaces_and_marks_keep_their_series(ledger):
    params = {" a ": " x ", "b;=\\": "=;\\ ", "": ""}
    ledger.write([record("a1", point(params=params), point(params={"a": ""}))])
    assert faults(ledger) == {}


# What only shows beside the record.


def test_a_bad_file_does_not_keep_later_ones_out(workspace):
    honest(workspace.ledger)
    bad = honest(workspace.ledger, night=1)
    forge(workspace.ledger.path(bad), replaced("null::varchar as project"))
    assert [one.file for one in workspace.sync().damaged] == [bad]
    honest(workspace.ledger, night=2)
    done = workspace.sync()
    assert (done.runs_added, done.runs_total) == (1, 2)
    assert [one.file for one in done.damaged] == [bad]


def claims_the_same(workspace, elsewhere):
    """A file whose name sorts first, with the id of an honest run and a result of its own."""
    run = record("a0", night=1, run="honest").run
    honest_file = workspace.ledger.write([record("a0", night=1, run="honest")])
    other = msgspec.structs.replace(run, started_at=START)
    forged = Ledger(elsewhere).write([msgspec.structs.replace(record("a0", point(9.0)), run=other)])
    return honest_file, forged


def bring(workspace, elsewhere, file):
    target = workspace.ledger.path(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(elsewhere / file, target)


def values(workspace):
    with workspace.reading() as connection:
        return connection.execute("select value from trend").fetchall()


def test_a_run_that_is_held_stays_what_it_is(workspace, tmp_path):
    kept, forged = claims_the_same(workspace, tmp_path / "elsewhere")
    workspace.sync()
    bring(workspace, tmp_path / "elsewhere", forged)
    assert forged < kept
    (bad,) = workspace.sync().damaged
    assert bad.file == forged
    assert f"than {kept}" in bad.reason
    assert values(workspace) == [(0.1,)]


def test_of_two_claims_that_nobody_can_judge_none_is_taken_and_both_are_named(workspace, tmp_path):
    kept, forged = claims_the_same(workspace, tmp_path / "elsewhere")
    bring(workspace, tmp_path / "elsewhere", forged)
    other = honest(workspace.ledger, night=5)
    done = workspace.sync()
    assert [bad.file for bad in done.damaged] == [forged, kept]
    assert done.runs_total == 1
    assert other


def test_a_run_in_a_file_of_several_is_the_same_run(workspace):
    one, other = record("a1"), record("b2", night=1)
    workspace.append([one])
    workspace.ledger.write([one, other])
    done = workspace.sync()
    assert (done.damaged, done.runs_added, done.runs_total) == ((), 1, 2)


def test_an_exclusion_has_the_name_of_what_it_says(ledger):
    made = Exclusion(run_id="0" * 32, made_at=START, reason="noisy")
    file = write_exclusion(ledger, made)
    other = exclusion_name(msgspec.structs.replace(made, made_at=START + timedelta(days=1)))
    ledger.path(file).rename(ledger.path(other))
    assert list(faults(ledger)) == [other]
