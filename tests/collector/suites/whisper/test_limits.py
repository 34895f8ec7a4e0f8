import os
import subprocess
import sys

import msgspec
import pytest

from collector.contract import Process
from collector.protocol import messages
from collector.protocol.process import ChildProcess
from collector.suites.whisper import Whisper, limits
from collector.suites.whisper.options import WhisperFiles, WhisperOptions, settled
from history.words.errors import UsageError
from history.words.records import Skipped
from tests.history.builders import point, record

OPTIONS = WhisperOptions(corpus="tones", files=1, limits=("1c2g",), threads=(1, 2))


def in_a_child(code):
    """What a child prints: a limit cannot be taken back, so it is never set here."""
    before = "from pathlib import Path; from collector.suites.whisper import limits;"
    done = subprocess.run(
        [sys.executable, "-c", before + code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def plan(**options):
    return Whisper().plan(msgspec.structs.replace(OPTIONS, **options), "quick")


def test_a_limit_is_written_as_cores_and_memory():
    assert limits.parse("4c8g") == (4, 8)
    assert limits.parse("4c8g").text == "4c8g"


@pytest.mark.parametrize("text", ["", "4c", "4g8c", "0c4g", "4c0g", "4c4g "])
def test_anything_else_is_refused(text):
    with pytest.raises(UsageError, match='such as "4c4g"'):
        plan(limits=(text,))


def test_within_limits_everything_is_measured_with_every_number_of_threads():
    found = {
        (case.variant.implementation, case.variant.precision, case.variant.threads)
        for case in plan().cases
    }
    assert found == {
        ("own-loop", "fp32", "1"), ("own-loop", "fp32", "2"),
        ("own-loop", "int8", "1"), ("own-loop", "int8", "2"),
        ("hf-generate", "fp32", "1"), ("hf-generate", "fp32", "2"),
    }  # fmt: skip


def test_a_limit_is_part_of_the_variant_and_must_be_in_force():
    for case in plan().cases:
        assert case.variant.features == "1c2g"
        assert case.expect["limit"] == "1c2g"
        assert limits.of_process(case.process) == (1, 2)


def test_within_limits_every_implementation_reports_its_memory():
    assert all("peak_rss" in case.metrics for case in plan().cases)


def test_more_cores_than_there_are_is_skipped_with_the_reason():
    found = plan(limits=("9999c1g",), threads=(1, 9999))
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert {case.variant.features for case in found.cases} == {f"{here}c1g"}
    assert {case.variant.threads for case in found.cases} == {"1", str(here)}
    assert len(found.absences) == len(found.cases) or here == 1
    for absence in found.absences:
        assert isinstance(absence.outcome, Skipped)
        assert absence.outcome.reason == (
            f"9999c1g asks for 9999 cores, and this machine gives {here}: {here}c1g is measured"
            " instead."
        )


def test_one_word_asks_for_the_comparison_in_a_container():
    asked = settled(WhisperOptions(container="1c2g"))
    assert (asked.limits, asked.threads) == (("1c2g",), (1,))
    assert limits.cpuset(asked.cpuset) == {min(limits.cpuset(asked.cpuset))}
    assert plan(limits=(), threads=None, container="1c2g").cases == plan(threads=(1,)).cases


def test_what_is_stated_beside_a_container_goes_before_it():
    asked = settled(WhisperOptions(container="4c4g", threads=(1, 4), cpuset="0"))
    assert (asked.threads, asked.cpuset) == ((1, 4), "0")


def test_a_container_larger_than_the_machine_measures_what_fits_and_says_so_in_its_rows():
    found = plan(limits=(), threads=None, container="9999c4g")
    here = len(limits.cpuset(settled(WhisperOptions(container="9999c4g")).cpuset))
    assert {case.variant.features for case in found.cases} == {f"{here}c4g"}
    assert {case.variant.threads for case in found.cases} == {str(here)}
    (told,) = {absence.outcome.reason for absence in found.absences}
    assert told.startswith(f"9999c4g asks for 9999 cores, and this machine gives {here}: ")
    assert told.endswith(f" {here}c4g is measured instead.")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"container": "four"}, 'container: expected cores and GiB such as "4c4g"'),
        ({"container": "4c4g", "limits": ("8c4g",)}, "container and limits both"),
    ],
)
def test_a_container_that_cannot_be_is_refused(options, reason):
    with pytest.raises(UsageError, match=reason):
        plan(**{"limits": (), **options})


def test_the_table_of_a_run_is_written_where_it_is_asked_for(tmp_path):
    measured = record(
        "a1", point(1.5, suite="whisper", benchmark="transcribe", metric="end_to_end_time")
    )
    asked = WhisperFiles(table_out=str(tmp_path / "table"))
    assert list(Whisper().write_files(asked, measured)) == [
        f"Table of whisper, 1 rows: {tmp_path / 'table' / 'summary_table.md'} and .csv"
    ]
    assert (tmp_path / "table" / "summary_table.csv").is_file()
    assert list(Whisper().write_files(WhisperFiles(), measured)) == []


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_a_set_of_cores_is_kept_to_and_one_that_is_not_here_is_refused():
    assert limits.cpuset("0") == {0}
    printed = in_a_child("limits.keep_to('0'); import os; print(os.sched_getaffinity(0))")
    assert printed == "{0}"
    for text, reason in (("0-9999", "not within the cores"), ("a", "expected numbers of cores")):
        with pytest.raises(UsageError, match=reason):
            plan(cpuset=text)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_without_control_groups_cores_and_private_memory_are_limited(tmp_path):
    printed = in_a_child(
        f"one = limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}));"
        "import resource; print(one.facts(), resource.getrlimit(resource.RLIMIT_DATA)[0])"
    )
    assert "'limited by': 'affinity and rlimit', 'cores in force': 1" in printed
    assert printed.endswith(str(2**30))


def test_memory_beyond_the_limit_is_refused_by_the_kernel(tmp_path):
    printed = in_a_child(
        f"limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}))\n"
        "try:\n    bytearray(3 * 2**29)\nexcept MemoryError:\n    print('refused')"
    )
    assert printed == "refused"


def test_a_folder_that_is_no_control_group_is_not_taken_for_one(tmp_path):
    printed = in_a_child(
        "limits.Path.read_text = lambda *_, **__: '0::/';"
        f"one = limits.Applied(limits.parse('1c1g'), Path({str(tmp_path)!r}));"
        "print(one.facts()['limited by'])"
    )
    assert printed == "affinity and rlimit"
    assert list(tmp_path.iterdir()) == []


def tree(folder, memory="1073741824", quota="100000 100000"):
    """A folder that looks like this process's control group with these limits."""
    (folder / "memory.max").write_text(memory + "\n")
    (folder / "cpu.max").write_text(quota + "\n")
    return folder


def applied(groups, started, before=()):
    """The facts of a child that finds these control groups."""
    code = (
        "from pathlib import Path; from collector.suites.whisper import limits\n"
        "limits._own_group = lambda groups: groups\n"
        f"print(limits.Applied(limits.parse('1c1g'), Path({str(groups)!r}), started={started})"
        ".facts()['limited by'])"
    )
    done = subprocess.run(
        [*before, sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def systemd_run(tmp_path, monkeypatch):
    """A program of that name that keeps what it was asked and becomes the command, as the real one
    does; the file it writes to.
    """
    folder = tmp_path / "bin"
    folder.mkdir()
    asked = tmp_path / "asked"
    program = folder / "systemd-run"
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> {asked}\n'
        'while [ "$1" != "--" ]; do shift; done; shift\n'
        'exec "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    limits.starter.cache_clear()
    yield asked
    limits.starter.cache_clear()


def test_systemd_is_asked_where_no_control_group_may_be_made(systemd_run, tmp_path):
    command = limits.starter(limits.parse("4c8g"), tmp_path / "none")
    assert command[0] == "systemd-run"
    manager = "--system" if os.geteuid() == 0 else "--user"
    wanted = (
        f"--scope {manager} --quiet --collect --no-ask-password"
        " -p MemoryMax=8G -p MemorySwapMax=0 -p CPUQuota=400% --"
    )
    assert " ".join(command[1:]) == wanted
    assert systemd_run.read_text() == f"{wanted} true\n"


def test_a_systemd_that_refuses_is_not_used(systemd_run, tmp_path):
    program = tmp_path / "bin" / "systemd-run"
    program.write_text("#!/bin/sh\nexit 1\n")
    assert limits.starter(limits.parse("4c8g"), tmp_path / "none") == ()
    program.unlink()


def test_a_child_answers_through_the_command_that_starts_it(systemd_run, tmp_path):
    command = limits.starter(limits.parse("1c1g"), tmp_path / "none")
    child = ChildProcess(Process(name="limited", under=command), tmp_path)
    try:
        child.ask(messages.Quit(), messages.Bye, 30.0)
    finally:
        child.kill()
    asked = systemd_run.read_text().splitlines()[-1]
    assert f"-p MemoryMax=1G -p MemorySwapMax=0 -p CPUQuota=100% -- {sys.executable} -P" in asked


def test_a_limit_found_in_force_is_not_set_again(systemd_run, tmp_path):
    groups = tree(tmp_path)
    command = limits.starter(limits.parse("1c1g"), tmp_path / "none")
    assert applied(groups, started=True, before=command) == "systemd-run"
    assert applied(groups, started=False) == "control group"


@pytest.mark.parametrize(
    ("memory", "quota"),
    [("max", "100000 100000"), ("1073741824", "max 100000"), ("2147483648", "100000 100000")],
)
def test_a_scope_without_the_limits_is_not_believed(tmp_path, memory, quota):
    assert applied(tree(tmp_path, memory, quota), started=True) == "affinity and rlimit"


def test_where_nothing_else_is_allowed_the_child_starts_as_always(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    limits.starter.cache_clear()
    assert limits.starter(limits.parse("4c8g"), tmp_path) == ()
    limits.starter.cache_clear()
