"""What docs/suites/whisper.md types for other engines, in order, with synthetic weights."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from collector.suites.whisper import model, vocabulary
from tests.conftest import ROOT

pytestmark = pytest.mark.nightly

PAGE = (ROOT / "docs" / "suites" / "whisper.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n### Graphs from elsewhere")[2].partition("\n## ")[0]
TYPED = re.findall(
    r"^\$ ((?:.*\\\n)*.*)$",
    "".join(re.findall(r"```console\n(.*?)```", SECTION, re.DOTALL)),
    re.MULTILINE,
)
(TABLE,) = re.findall(r"```toml\n(.*?)```", SECTION, re.DOTALL)
GIVEN = "SOUNDMARK_RECIPE_ENVIRONMENTS"
"""A folder that has optimum-env and faster-env already; without one, both are installed."""
SAID = {"01": "She left her blue umbrella on the bus.", "02": "Nothing of the kind."}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with a Whisper of two layers, two recordings, and what the page says to write."""
    folder = tmp_path_factory.mktemp("recipes")
    save_whisper(folder / "whisper-base")
    (folder / "audio").mkdir()
    for name, text in SAID.items():
        shutil.copy(ROOT / "collector/suites/pipeline/data" / f"{name}.wav", folder / "audio")
        (folder / "audio" / f"{name}.txt").write_text(text)
    (folder / "benchmarks").symlink_to(ROOT / "benchmarks")
    (folder / "soundmark.toml").write_text(f'project = "recipes"\n\n{TABLE}')
    return folder


def save_whisper(folder):
    """As transformers saves it, with weights that make other words of other audio."""
    transformers = pytest.importorskip("transformers")
    from collector.speech import weights

    config = transformers.WhisperConfig(**model.configuration("micro"))
    made = transformers.WhisperForConditionalGeneration(config)
    weights.fill(made, seed=0, std=model.init_std("micro"))
    made.save_pretrained(folder)
    vocabulary.write("micro", folder / model.TOKENIZER)
    (folder / model.GENERATION).write_bytes(msgspec.json.encode(model.generation_config("micro")))
    transformers.WhisperFeatureExtractor().save_pretrained(folder)


def typed(line, folder):
    """Run one line of the page; what installs is skipped where it stands or cannot be had."""
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
    around = {**os.environ, "HF_HUB_OFFLINE": "1", "PATH": path}
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=around, capture_output=True, text=True, check=False
    )
    if done.returncode and "pip install" in line:
        pytest.skip(f"it does not install here: {done.stderr[-300:]}")
    assert done.returncode == 0, f"{line}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
    return done.stdout


def type_all(lines, folder):
    given = os.environ.get(GIVEN)
    for line in lines:
        if given and "pip install" in line:
            name = re.search(r"(\w+-env)/bin/", line)[1]
            if not (folder / name).exists():
                (folder / name).symlink_to(Path(given) / name)
            continue
        typed(line, folder)


def asked(sql, folder):
    return json.loads(typed(f'soundmark history query "{sql}" --format json', folder))


def measured(folder, suite):
    """Metric and value of the newest points of a suite, by implementation."""
    sql = (
        "select variant, metric, value, status from latest"
        f" where suite = '{suite}' and benchmark = 'transcribe'"
    )
    rows = asked(sql, folder)
    assert {row["status"] for row in rows} == {"measured"}
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        implementation = re.search(r"implementation=([\w-]+)", row["variant"])[1]
        found.setdefault(implementation, {})[row["metric"]] = row["value"]
    return found


def test_the_page_types_two_recipes():
    assert [line.split()[0] for line in TYPED] == [
        "python3", "optimum-env/bin/optimum-cli", "soundmark",
        "optimum-env/bin/pip", "optimum-env/bin/ct2-transformers-converter", "python3", "soundmark",
    ]  # fmt: skip


def test_an_export_of_optimum_is_measured_and_says_what_transformers_says(project):
    type_all(TYPED[:3], project)
    found = measured(project, "whisper")
    assert found.keys() == {"own-loop", "hf-generate"}
    assert all(values["rtf"] > 0 and values["wer"] > 0 for values in found.values())
    typed("soundmark export whisper-results -o out", project)
    ours, theirs = (
        {one.name: one.read_text() for one in project.glob(f"out/{way}-fp32-*/*.transcript.txt")}
        for way in found
    )
    assert ours == theirs
    assert len(set(ours.values())) == len(SAID)


def test_faster_whisper_is_measured_by_a_command_suite(project):
    type_all([TYPED[0], *TYPED[3:]], project)
    (values,) = measured(project, "faster-whisper").values()
    assert values["rtf"] > 0
    assert values["end_to_end_time"] >= values["recognition_time"] > 0
    sql = "select distinct item, facts from items where suite = 'faster-whisper'"
    said = {row["item"]: json.loads(row["facts"])["reference"] for row in asked(sql, project)}
    assert said == SAID  # what the page marks errors against
