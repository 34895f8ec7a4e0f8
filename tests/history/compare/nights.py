"""Nights of two runtimes on two machines, and how tests compare them."""

from click.testing import CliRunner

from history.compare import two_sides
from history.compare.select import Filter
from soundmark import main
from tests.history.compare.test_decide import samples
from tests.history.judge.builders import point, run, workspace

TORCH = {"runtime": "torch", "device": "cpu"}
ORT = {"runtime": "onnxruntime", "device": "cpu"}


def both(torch, ort, seed=0, **more):
    """One night's pipeline on two runtimes."""
    first = samples(torch, seed=seed)
    second = samples(ort, seed=seed + 1)
    return (
        point(torch, samples=first, variant=TORCH, **more),
        point(ort, samples=second, variant=ORT, **more),
    )


def three_nights(folder):
    return workspace(
        folder,
        run(0, *both(2.0, 1.0), point(1.0, benchmark="old"), tag="v1.0"),
        run(1, *both(2.0, 1.0, seed=10)),
        run(2, *both(1.0, 1.0, seed=20), point(2.0, benchmark="young"), branch="faster"),
        run(2, *both(4.0, 3.0, seed=30), machine="laptop", branch="faster"),
    )


def compare(made, base, head="", **wanted):
    with made.reading() as connection:
        return two_sides.compare_sides(connection, made.root, base, head, Filter(**wanted))


def soundmark(made, *arguments):
    command = [*arguments, "--history", str(made.history_file)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output + result.stderr
    return result.stdout
