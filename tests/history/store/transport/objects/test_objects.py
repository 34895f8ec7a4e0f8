"""A record in a bucket, on a server or in a folder keeps the promises of one on a branch."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import fsspec
import msgspec
import pytest
from click.testing import CliRunner
from fsspec.implementations.memory import MemoryFileSystem

from history.store.admission.limits import Limits
from history.store.ledger import Ledger
from history.store.transport import shared
from history.store.transport.address import is_place
from history.store.transport.objects.place import Place
from history.store.transport.objects.pull import pull
from history.store.transport.objects.push import push, remove
from history.words.errors import BrokenDataError, BrokenEnvironmentError, UsageError
from history.words.records import Exclusion
from soundmark import main
from tests.history.builders import START, point, put, record, write_exclusion


@pytest.fixture(scope="session")
def bucket_server():
    """A stand-in for S3 on this computer."""
    pytest.importorskip("s3fs", reason="the driver for S3 (extra `remote`) is not installed")
    server = pytest.importorskip("moto.server", reason="moto, the stand-in for S3, is missing")
    threaded = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    threaded.start()
    host, port = threaded.get_host_and_port()
    yield f"http://{host}:{port}"
    threaded.stop()


@pytest.fixture(params=["file", pytest.param("memory", marks=pytest.mark.nightly), "s3"])
def place(request, tmp_path, monkeypatch):
    """An address where nothing is yet: by day a folder, which the same driver serves as memory."""
    if request.param == "file":
        return (tmp_path / "record").as_uri()
    if request.param == "memory":
        return memory(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("bucket_server"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.filesystem("s3").mkdirs("soundmark", exist_ok=True)
    return f"s3://soundmark/{tmp_path.parent.name}-{tmp_path.name}"


def memory(tmp_path):
    """In this process alone, so each test has a name of its own."""
    return f"memory://{tmp_path.parent.name}-{tmp_path.name}"


def measured(folder, *nights, value=0.1):
    """A ledger with one run file a night, a few folders down as artifacts are."""
    ledger = Ledger(folder / "12" / "run-1-1")
    for night in nights:
        put(ledger, record(f"a{night}", point(value), night=night))
    return Ledger(folder)


def pushed(ledger, address):
    return push(ledger, Place(address))


def pulled(folder, address, limits=Limits()):  # noqa: B008 - frozen
    memory = folder.parent / f"{folder.name}-remembered.json"
    return pull(Ledger(folder, limits), Place(address), memory)


def held(address, under=""):
    """Paths of all objects, seen with fsspec alone."""
    files, root = fsspec.url_to_fs(address)
    files.invalidate_cache()
    found = [path.removeprefix(root).lstrip("/") for path in files.find(root)]
    return sorted(path for path in found if path.startswith(under))


def change(address, path, content):
    """What a foreign hand does: None takes away."""
    files, root = fsspec.url_to_fs(address)
    if content is None:
        files.rm_file(f"{root}/{path}")
    else:
        files.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
        files.pipe_file(f"{root}/{path}", content)
    files.invalidate_cache()


def content(address, path):
    files, root = fsspec.url_to_fs(address)
    return files.cat_file(f"{root}/{path}")


# Everywhere alike.


def test_what_was_pushed_comes_back_as_a_ledger(tmp_path, place):
    first = measured(tmp_path / "in", 0, 1)
    done = pushed(first, place)
    assert (len(done.added), done.known, done.refused) == (2, 0, ())
    assert len(held(place, "runs/")) == len(held(place, "manifest/")) == 2
    again = pushed(first, place)
    assert (again.added, again.known) == ((), 2)
    got = pulled(tmp_path / "out", place)
    assert (got.added, got.known, got.left_out, got.broken) == (done.added, 0, (), ())
    for file in first.files():
        name = "/".join(file.split("/")[-3:])
        assert (tmp_path / "out" / name).read_bytes() == first.path(file).read_bytes()
    pushed(measured(tmp_path / "later", 2), place)
    later = pulled(tmp_path / "out", place)
    assert (len(later.added), later.known) == (1, 2)


def test_duckdb_reads_the_points_of_a_record_where_they_lie(tmp_path, place):
    pushed(measured(tmp_path / "in", 0, 1, value=0.25), place)
    files, _ = fsspec.url_to_fs(place)
    with duckdb.connect() as connection:
        connection.register_filesystem(files)
        rows = connection.execute(
            "select value from read_parquet($files, union_by_name = true) where row = 'point'",
            {"files": f"{place}/runs/**/*.parquet"},
        ).fetchall()
    assert rows == [(0.25,), (0.25,)]


def test_a_truncated_object_is_named_and_the_others_are_copied_until_it_is_pushed_again(
    tmp_path, place
):
    first = measured(tmp_path / "in", 0, 1)
    pushed(first, place)
    one = held(place, "runs/")[0]
    change(place, one, content(place, one)[:-7])
    done = pulled(tmp_path / "out", place)
    assert (len(done.added), [fault.file for fault in done.broken]) == (1, [one])
    assert "as it was pushed" in done.broken[0].reason
    assert len(pushed(first, place).added) == 1
    assert len(pulled(tmp_path / "out", place).added) == 1


def test_an_object_with_other_bytes_of_the_same_number_never_reaches_the_ledger(tmp_path, place):
    pushed(measured(tmp_path / "in", 0, 1), place)
    one = held(place, "runs/")[0]
    whole = content(place, one)
    change(place, one, whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    done = pulled(tmp_path / "out", place)
    assert (len(done.added), len(done.broken)) == (1, 1)
    assert len(Ledger(tmp_path / "out").files()) == 1


def test_foreign_objects_are_left_out_and_named(tmp_path, place):
    pushed(measured(tmp_path / "in", 0), place)
    strangers = {
        "runs/2026/01/stray.parquet": "no name of a run file",
        "runs/notes.txt": "no name of a run file",
        f"runs/2026/01/{'a' * 20}.{'0' * 32}.parquet": "has no entry",
        "manifest/notes.txt": "is no entry",
    }
    for path in strangers:
        change(place, path, b"not a run")
    change(place, "README.md", b"what this is")
    done = pulled(tmp_path / "out", place)
    assert (len(done.added), done.broken) == (1, ())
    assert {one.file for one in done.left_out} == set(strangers)
    assert all(strangers[one.file] in one.reason for one in done.left_out)


@pytest.mark.parametrize("kind", ["gone", "changed"])
def test_a_record_of_which_an_entry_is_gone_or_changed_is_refused(tmp_path, place, kind):
    """By whoever never saw it too: the entry that was written later names it."""
    name = pushed(measured(tmp_path / "in", 0), place).added[0]
    (first,) = held(place, "manifest/")
    pushed(measured(tmp_path / "more", 1), place)
    told = content(place, first)
    change(place, first, None if kind == "gone" else told.replace(b'"bytes":', b'"bytes":1'))
    with pytest.raises(BrokenDataError, match=f"is {kind}|was {kind}"):
        pulled(tmp_path / "out", place)
    assert not (tmp_path / "out").exists()
    with pytest.raises(BrokenDataError, match="does not hold what it once did"):
        pushed(measured(tmp_path / "later", 2), place)
    remove(Place(place), name, "its entry was lost")
    assert len(pulled(tmp_path / "out", place).added) == 1


def test_an_emptied_record_is_no_new_one_to_who_pulled_it(tmp_path, place):
    pushed(measured(tmp_path / "in", 0), place)
    pulled(tmp_path / "out", place)
    for path in held(place):
        change(place, path, None)
    with pytest.raises(BrokenDataError, match="is gone"):
        pulled(tmp_path / "out", place)


def test_a_place_without_a_record_is_said_and_no_empty_ledger(tmp_path, place):
    with pytest.raises(BrokenDataError, match="there is no record"):
        pulled(tmp_path / "out", place)
    assert not (tmp_path / "out").exists()


def test_a_run_file_is_taken_off_once_and_for_all(tmp_path, place):
    ledger = measured(tmp_path / "in", 0, 1)
    name = pushed(ledger, place).added[0]
    remove(Place(place), name, "measured on battery")
    assert len(held(place, "runs/")) == 1
    done = pulled(tmp_path / "out", place)
    assert (len(done.added), done.broken, done.left_out) == (1, (), ())
    assert (pushed(ledger, place).added, pushed(ledger, place).known) == ((), 2)
    assert b"measured on battery" in content(place, held(place, "removed/")[0])
    with pytest.raises(UsageError, match="has no run file"):
        remove(Place(place), "2026/01/never-there.parquet", "again")


@pytest.mark.parametrize(("file", "is_taken"), [("src/aligner.cpp", False), ("README.md", True)])
def test_a_place_with_other_work_gets_no_run_files(tmp_path, place, file, is_taken):
    change(place, file, b"x")
    ledger = measured(tmp_path / "in", 0)
    if is_taken:
        assert len(pushed(ledger, place).added) == 1
        return
    with pytest.raises(UsageError, match="is no record: it holds src"):
        pushed(ledger, place)
    assert held(place) == [file]


# What is taken on.


def test_a_bad_file_is_named_and_the_good_ones_are_appended(tmp_path):
    ledger = measured(tmp_path / "in", 0)
    bad = {
        "2026/01/no.parquet": "cannot be read",
        "2026/01/with\nline.parquet": "no name of a run file",
        "2026/01/link.parquet": "no regular file",
    }
    (tmp_path / "in" / "2026" / "01").mkdir(parents=True)
    for name in bad:
        ledger.path(name).write_text("not a run")
    ledger.path("2026/01/link.parquet").unlink()
    ledger.path("2026/01/link.parquet").symlink_to("/etc/passwd")
    done = pushed(ledger, memory(tmp_path))
    assert len(done.added) == len(held(memory(tmp_path), "runs/")) == 1
    assert {one.file for one in done.refused} == set(bad)
    assert all(bad[one.file] in one.reason for one in done.refused)


def test_other_content_under_a_known_name_is_refused(tmp_path):
    pushed(measured(tmp_path / "in", 0), memory(tmp_path))
    before = held(memory(tmp_path))
    done = pushed(measured(tmp_path / "other", 0, value=9.0), memory(tmp_path))
    assert [one.reason for one in done.refused] == ["is on the record with other content"]
    assert held(memory(tmp_path)) == before


def test_a_file_that_claims_a_run_of_the_record_is_refused(tmp_path):
    honest = record("a0", point(0.1), night=1)
    Ledger(tmp_path / "in").write([honest])
    pushed(Ledger(tmp_path / "in"), memory(tmp_path))
    run = msgspec.structs.replace(honest.run, started_at=START)
    Ledger(tmp_path / "forged").write([msgspec.structs.replace(record("a0", point(9.0)), run=run)])
    done = pushed(Ledger(tmp_path / "forged"), memory(tmp_path))
    assert done.added == ()
    assert "tells other things of run" in done.refused[0].reason


def test_a_file_of_several_runs_may_repeat_one_that_is_there(tmp_path):
    one, other = record("a0"), record("b1", night=1)
    Ledger(tmp_path / "in").write([one])
    pushed(Ledger(tmp_path / "in"), memory(tmp_path))
    Ledger(tmp_path / "both").write([one, other])
    assert len(pushed(Ledger(tmp_path / "both"), memory(tmp_path)).added) == 1
    Ledger(tmp_path / "again").write([other])
    assert pushed(Ledger(tmp_path / "again"), memory(tmp_path)).known == 1
    assert len(pulled(tmp_path / "out", memory(tmp_path)).added) == 2


def test_an_exclusion_of_before_comes_with_the_first_push_and_never_later(tmp_path):
    made = Exclusion(run_id=record("a0").run.run_id, made_at=START, reason="noisy")
    first = measured(tmp_path / "in", 0)
    write_exclusion(first, made)
    assert len(pushed(first, memory(tmp_path)).added) == 2
    later = msgspec.structs.replace(made, reason="not ours", series_id="0" * 16)
    file = write_exclusion(Ledger(tmp_path / "other"), later)
    done = pushed(Ledger(tmp_path / "other"), memory(tmp_path))
    assert (done.added, done.refused, [one.file for one in done.left_out]) == ((), (), [file])


def test_a_link_in_a_folder_is_no_run_file(tmp_path):
    place = tmp_path / "record"
    pushed(measured(tmp_path / "in", 0), place.as_uri())
    (one,) = (place / "runs").rglob("*.parquet")
    shutil.move(one, tmp_path / "moved.parquet")
    one.symlink_to(tmp_path / "moved.parquet")
    done = pulled(tmp_path / "out", place.as_uri())
    assert (done.added, ["no regular file" in fault.reason for fault in done.broken]) == (
        (), [True],
    )  # fmt: skip


def test_a_file_beyond_the_limits_is_named_and_not_fetched(tmp_path):
    pushed(measured(tmp_path / "in", 0), memory(tmp_path))
    done = pulled(tmp_path / "out", memory(tmp_path), Limits(file_bytes=100))
    assert (done.added, len(done.broken)) == ((), 1)
    assert "history.limits.file_bytes = 100" in done.broken[0].reason


def test_a_ledger_with_other_content_is_told_and_left_as_it_is(tmp_path):
    pushed(measured(tmp_path / "in", 0), memory(tmp_path))
    mine = Ledger(tmp_path / "out")
    file = mine.write([record("a0", point(9.0))])
    before = mine.path(file).read_bytes()
    done = pulled(tmp_path / "out", memory(tmp_path))
    assert [one.file for one in done.broken] == [file]
    assert Path(mine.path(file)).read_bytes() == before


# What is in the way.


class Failing(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Cannot list one of its folders any more."""

    protocol = "failing"
    folder = "2026"

    @classmethod
    def _strip_protocol(cls, path):
        where = str(path).removeprefix("failing://")
        return super()._strip_protocol(where.rpartition("@")[2].partition("?")[0])

    def ls(self, path, **how):
        if path.endswith(self.folder):
            message = "SlowDown for failing://me:hunter2@bucket?sas=tok3n: hunter2"
            raise TimeoutError(message)
        return super().ls(path, **how)


fsspec.register_implementation("failing", Failing, clobber=True)


@pytest.mark.parametrize("how", ["push", "pull"])
def test_a_listing_that_fails_half_way_is_no_smaller_record(tmp_path, how):
    where = f"{tmp_path.parent.name}-{tmp_path.name}"
    pushed(measured(tmp_path / "in", 0), f"memory://{where}")
    before = held(f"memory://{where}")
    address = f"failing://me:hunter2@{where}?sas=tok3n"
    more = measured(tmp_path / "more", 1)
    with pytest.raises(BrokenEnvironmentError, match="cannot be listed: SlowDown") as raised:
        pushed(more, address) if how == "push" else pulled(tmp_path / "out", address)
    assert not any(secret in str(raised.value) for secret in ("hunter2", "tok3n", "me:"))
    assert held(f"memory://{where}") == before
    assert not (tmp_path / "out").exists()


def test_an_unreachable_bucket_is_an_error_and_no_empty_one(tmp_path, place):
    if not place.startswith("s3:"):
        pytest.skip("only a bucket has a name that must be there already")
    with pytest.raises(BrokenEnvironmentError, match="cannot be written"):
        pushed(measured(tmp_path / "in", 0), "s3://no-such-bucket/record")


def test_git_keeps_its_addresses_and_fsspec_gets_the_others(tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "here"], check=True)
    of_git = ["https://host/x", "ssh://host/x", "origin", "../x", "git@host:x", "unknown://host/x",
              (tmp_path / "here").as_uri(), (tmp_path / "x.git").as_uri()]  # fmt: skip
    assert not any(map(is_place, of_git))
    assert all(map(is_place, ["s3://b/x", "sftp://host/x", "memory://x", tmp_path.as_uri()]))


def test_without_fsspec_or_a_driver_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "paramiko", None)
    with pytest.raises(BrokenEnvironmentError, match="needs a driver"):
        shared.at("sftp://me:hunter2@host/x", "", tmp_path)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(BrokenEnvironmentError, match=r"soundmark\[remote\]"):
        shared.at("s3://bucket/x", "", tmp_path)


def test_the_command_says_what_became_of_every_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    measured(tmp_path / "in", 0)
    place = (tmp_path / "record").as_uri()
    done = CliRunner().invoke(main, ["history", "push", place, "--ledger", "in"])
    assert (done.exit_code, f"1 run file appended to {place}, 0 there" in done.output) == (0, True)
    done = CliRunner().invoke(main, ["history", "pull", place])
    assert (done.exit_code, f"1 run file copied from {place}" in done.output) == (0, True)
    done = CliRunner().invoke(main, ["history", "sync"])
    assert (done.exit_code, "+1 runs" in done.output) == (0, True)
    done = CliRunner().invoke(main, ["history", "pull", place, "--branch", "other"])
    assert (done.exit_code, "has no branches" in done.output) == (2, True)
