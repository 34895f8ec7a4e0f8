"""What may follow MkDocs makes the same documentation and frames of the project it is given."""

import os
import re
import shutil
import subprocess
import sys

import orjson
import pytest

from site_gen.shell import frame, headings, mkdocs
from tests.site_gen.shell.test_frame import PLAN, content, project

MADE = (*PLAN.named, *PLAN.loose)


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A folder with the builders, which soundmark does not need; the theme is installed here."""
    folder = tmp_path_factory.mktemp("builders")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder]
    done = subprocess.run(
        [*command, "properdocs", "zensical"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"cannot be installed here: {done.stderr.strip()[-200:]}")
    return folder


def built(folder, packages, builder):
    """The site that the builder makes of the project that MkDocs was given last."""
    here = folder / builder
    shutil.copytree(folder / "work" / "source", here / "source")
    config = orjson.loads((folder / "work" / "mkdocs.yml").read_bytes())
    config |= {"docs_dir": "source", "site_dir": "site"}
    (here / "mkdocs.yml").write_bytes(orjson.dumps(config))
    subprocess.run(
        [sys.executable, "-m", builder, "build", "--strict", "--config-file", "mkdocs.yml"],
        cwd=here, env=os.environ | {"PYTHONPATH": str(packages), "SOURCE_DATE_EPOCH": "0"},
        check=True, capture_output=True,
    )  # fmt: skip
    return here / "site"


def frames(site):
    pages = {one: site / mkdocs._html(mkdocs._file(one)) for one in MADE}
    return {one: frame.cut(page.read_text("utf-8"), one) for one, page in pages.items()}


def unnamed(one):
    """The frame without what says who made it."""
    return re.sub('<meta name="generator" content="[^"]*">', "", "".join(one.parts))


def slots(found):
    return {address: one.parts[1::2] for address, one in found.items()}


@pytest.mark.nightly
@pytest.mark.parametrize("builder", ["properdocs", "zensical"])
def test_pages_fit_into_the_frames_of_another_builder(builder, packages, tmp_path):
    usual = project(tmp_path, "text").frames(PLAN)
    site = built(tmp_path, packages, builder)
    made = frames(site)
    assert slots(made) == slots(usual.frames)
    page = made["suites/a"].stamp("a & b", "how fast", "suites/a", "<h1>here</h1>")
    assert "<title>a &amp; b - Speed &lt;of&gt; it</title>" in page
    assert content(page).endswith("<h1>here</h1>")
    written = site / "docs" / "guide" / "start" / "index.html"
    assert "<p>text</p>" in content(written.read_text("utf-8"))


@pytest.mark.nightly
def test_properdocs_differs_in_its_name_alone_and_notes_headings(packages, tmp_path):
    usual = project(tmp_path, "text").frames(PLAN)
    site = built(tmp_path, packages, "properdocs")
    for address, one in frames(site).items():
        assert unnamed(one) == unnamed(usual.frames[address])
    noted = (tmp_path / "work" / "site" / headings.FILE).read_bytes()
    assert (site / headings.FILE).read_bytes() == noted


@pytest.mark.nightly
def test_zensical_runs_no_hook_so_headings_are_not_found_by_typing(packages, tmp_path):
    project(tmp_path, "text").frames(PLAN)
    site = built(tmp_path, packages, "zensical")
    assert not (site / headings.FILE).exists()
