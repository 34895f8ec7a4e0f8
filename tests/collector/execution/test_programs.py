"""Whether two checkouts would run the same program on the same input."""

import pytest

from collector.execution.checkouts import Checkout
from collector.execution.programs import changed, same_programs, same_sources, undeclared
from collector.planning.tables import work_list
from history.words.records import Commit
from tests.history.builders import START
from tests.history.vcs.repositories import made

NATIVE = b"\x7fELF" + bytes(12)


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Two repositories with the same files; tests write into them and take it back."""
    top = tmp_path_factory.mktemp("programs")
    found = []
    for name in ("base", "head"):
        repository = made(top / name)
        repository.write("tool.sh", "echo\n")
        repository.write("docs/index.md", "words\n")
        folder = repository.path
        commit = Commit(sha=name * 10, time=START)
        found.append(Checkout(name, commit, folder, folder, top / f"{name}-room"))
    return tuple(found)


@pytest.fixture
def sides(places):
    before = [set(one.folder.rglob("*")) for one in places]
    yield places
    for one, known in zip(places, before, strict=True):
        for path in set(one.folder.rglob("*")) - known:
            path.unlink()


def works(sides, **table):
    options = {"name": "cli", "run": "sh tool.sh", **table}
    given = [("command", options, "suite[0]")]
    return tuple(work_list(given, (), "quick", folder=one.folder)[0] for one in sides)


def test_a_file_that_differs_makes_other_sources_where_the_patterns_know_it(sides):
    base, head = sides
    assert same_sources(base, head, ())
    (head.folder / "notes").write_text("x")
    assert not same_sources(base, head, ())
    assert same_sources(base, head, ("*.sh",))


def test_a_lock_file_is_always_part_of_the_sources(sides):
    base, head = sides
    (head.folder / "uv.lock").write_text("numpy 2\n")
    assert not same_sources(base, head, ("*.sh",))


def test_a_file_that_became_executable_has_changed(sides):
    base, head = sides
    for side in sides:
        (side.folder / "run").write_text("x")
    assert changed(base, head) == ()
    (head.folder / "run").chmod(0o755)
    assert changed(base, head) == ("run",)


def test_files_of_one_side_alone_have_changed_and_those_of_soundmark_never(sides):
    base, head = sides
    (base.folder / "old").write_text("x")
    (head.folder / "new").write_text("x")
    assert changed(base, head) == ("new", "old")


def is_same(sides, **table):
    both = works(sides, **table)
    case = both[1].plan.cases[0]
    return same_programs(sides, both, case, ({}, {}), "quick")


def test_a_native_program_is_told_by_its_bytes_its_libraries_and_its_inputs(sides):
    table = {"run": "./built", "input_files": ["data"]}
    for side in sides:
        for name, content in (("built", NATIVE), ("libone.so.1", b"1"), ("data", b"1")):
            (side.folder / name).write_bytes(content)
            (side.folder / "built").chmod(0o755)
    assert is_same(sides, **table)
    for name in ("built", "libone.so.1", "data"):
        path = sides[1].folder / name
        before = path.read_bytes()
        path.write_bytes(before + b"2")
        assert not is_same(sides, **table), name
        path.write_bytes(before)
    assert is_same(sides, **table)


def test_a_script_is_never_called_the_same_program(sides):
    assert not is_same(sides)


def test_a_file_that_a_command_names_and_that_differs_is_told_unless_it_is_an_input(sides):
    base, head = sides
    for side in sides:
        (side.folder / "size").write_text(side.name)
    (_, plain) = works(sides, run="sh tool.sh size")
    assert undeclared(base, head, plain, "quick") == ("size",)
    (_, declared) = works(sides, run="sh tool.sh size", input_files=["size"])
    assert undeclared(base, head, declared, "quick") == ()
