"""A site that is larger than whoever publishes it takes is refused before it is handed over."""

import pytest
from click.testing import CliRunner

from history.project import config
from history.project.workspace import open_workspace
from history.words.errors import BrokenDataError, ConfigError
from site_gen.writers import weight
from soundmark import main
from tests.history.builders import record

SITE = {"index.html": 100, "data/a.json": 600, "data/deep/b.json": 200, "assets/c.js": 50}


@pytest.fixture
def site(tmp_path):
    for name, size in SITE.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    return weight.of(tmp_path / "site")


def test_every_file_counts_and_the_largest_part_comes_first(site):
    assert site == (950, (("data", 800), ("index.html", 100), ("assets", 50)))


def test_a_site_within_its_limit_is_told_with_its_share(site):
    assert weight.told(site, 9500) == "950 B, 10.0 % of site.size_limit"
    assert weight.warning(site, 9500) == ""
    weight.refuse_over(site, 9500)


def test_a_site_near_its_limit_is_published_with_a_warning_that_names_what_is_large(site):
    weight.refuse_over(site, 1000)
    assert "data has 800 B, index.html has 100 B" in weight.warning(site, 1000)


def test_a_site_beyond_its_limit_is_refused(site):
    with pytest.raises(BrokenDataError, match=r"950 B, and site\.size_limit allows 900 B: data"):
        weight.refuse_over(site, 900)


def test_without_a_limit_anything_goes(site):
    assert weight.told(site, None) == "950 B"
    weight.refuse_over(site, None)


@pytest.mark.parametrize(("text", "found"), [("1 GB", 1e9), ("250 MB", 250e6), ("", None)])
def test_the_limit_is_a_size_or_nothing(tmp_path, text, found):
    (tmp_path / "soundmark.toml").write_text(f'[site]\nsize_limit = "{text}"\n')
    assert config.load(tmp_path / "soundmark.toml").size_limit_bytes == found


@pytest.mark.parametrize("text", ["1 s", "0 B", "large", "5"])
def test_anything_else_is_a_mistake_in_the_configuration(tmp_path, text):
    (tmp_path / "soundmark.toml").write_text(f'[site]\nsize_limit = "{text}"\n')
    with pytest.raises(ConfigError, match=r"soundmark\.toml: site\.size_limit"):
        config.load(tmp_path / "soundmark.toml")


def test_the_command_says_the_size_and_fails_beyond_the_limit(tmp_path):
    file = tmp_path / "soundmark.toml"
    file.write_text('[site]\nsize_limit = "1 kB"\n')
    open_workspace(file).append([record("a1")])
    words = ["site", "build", "--shell", "plain", "--config", str(file)]
    done = CliRunner().invoke(main, [*words, "--out", str(tmp_path / "site")])
    assert done.exit_code == 3, done.output
    assert "% of site.size_limit" in done.stdout
    assert "Warning: the site is larger than site.size_limit allows: " in done.stdout
    assert "site.size_limit allows 1 kB" in done.stderr
