import pytest

from history.project import config
from history.words.errors import ConfigError
from history.words.metrics import Direction


def load(tmp_path, text):
    file = tmp_path / "soundmark.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file)


def test_without_a_file_the_defaults_hold(tmp_path):
    loaded = config.load(start=tmp_path)
    assert loaded.file is None
    assert loaded.values.history.database == ".soundmark/history.duckdb"


def test_the_file_is_found_upwards(tmp_path):
    (tmp_path / "soundmark.toml").write_text('project = "demo"')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    loaded = config.load(start=below)
    assert loaded.values.project == "demo"
    assert loaded.root == tmp_path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('projct = "x"', 'soundmark.toml: unknown key "projct". Did you mean "project"?'),
        ('[site]\ntitel = "x"', 'soundmark.toml: site: unknown key "titel". Did you mean "title"?'),
        (
            '[[target]]\nmetric = "rtf"\nlimit = "3 ms"',
            'soundmark.toml: target[0].limit: rtf is measured in "x", found "3 ms".',
        ),
        (
            '[[target]]\nmetric = "rtf"\nlimit = "3 parsecs"',
            'soundmark.toml: target[0].limit: unknown unit "parsecs" in "3 parsecs".',
        ),
        (
            '[detection]\ndetector = "stpes"',
            'soundmark.toml: detection.detector: there is no detector called "stpes".',
        ),
        ("[[target]]\nmetric = 3", "soundmark.toml: target[0].metric: expected `str`, got `int`."),
        ('[[suite]]\nname = "x"', 'soundmark.toml: suite[0]: expected `use = "NAME"`'),
        (
            '[[suite]]\nuse = "mirco"',
            'soundmark.toml: suite[0].use: there is no suite called "mirco". Did you mean "micro"?',
        ),
        (
            '[report]\nname = "two words"',
            (
                "soundmark.toml: report.name: expected 1 to 60 letters, digits, dots, - and _, "
                'such as "nightly-gpu", found "two words".'
            ),
        ),
        (
            '[[threshold]]\nname = "x"',
            "soundmark.toml: threshold[0]: expected either `worse_by` or `limit`",
        ),
        (
            '[[threshold]]\nname = "x"\nworse_by = "20 ms"',
            'soundmark.toml: threshold[0].worse_by: expected a share such as "20 %"',
        ),
        (
            '[[threshold]]\nname = "x"\nworse_by = "20"',
            'soundmark.toml: threshold[0].worse_by: expected a share such as "20 %", found "20".',
        ),
        (
            '[[threshold]]\nname = "x"\nworse_by = "-5 %"',
            'soundmark.toml: threshold[0].worse_by: expected a share such as "20 %", found "-5 %".',
        ),
        (
            '[[target]]\nmetric = "total_time"\nlimit = "120"',
            'soundmark.toml: target[0].limit: expected a quantity such as "120 ms", found "120".',
        ),
        (
            '[[threshold]]\nname = "x"\nmetric = "peak_rss"\nlimit = "145"',
            'soundmark.toml: threshold[0].limit: expected a quantity such as "145 MB", found',
        ),
        ("project = ", "soundmark.toml: not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_remedy(tmp_path, text, message):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(message)


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="soundmark init"):
        config.load(tmp_path / "nowhere.toml")


def test_a_project_may_add_metrics_but_not_redefine_ours(tmp_path):
    loaded = load(
        tmp_path,
        '[metrics.sparkle]\nunit = "lumen"\ndirection = "higher"\n'
        '[metrics.rtf]\nunit = "s"\ndirection = "higher"\n',
    )
    assert loaded.metrics["sparkle"].direction is Direction.HIGHER
    assert loaded.metrics["rtf"].direction is Direction.LOWER


def test_the_unit_of_a_metric_of_ones_own_is_one_that_values_are_kept_in(tmp_path):
    with pytest.raises(ConfigError, match=r'metrics.lag.unit: expected a base unit, found "ms"'):
        load(tmp_path, '[metrics.lag]\nunit = "ms"\n')
    assert (
        load(tmp_path, '[metrics.pace]\nunit = "words/min"\n').metrics["pace"].unit == "words/min"
    )


def test_suites_are_ordered_as_their_tables_stand_each_once(tmp_path):
    tables = ('use = "micro"', 'use = "command"\nname = "mine"', 'use = "micro"')
    loaded = load(tmp_path, "".join(f"[[suite]]\n{one}\n" for one in tables))
    assert config.suite_order(loaded) == ("micro", "mine")


@pytest.mark.parametrize("use", ["diarisation", "our.package:Suite", "whisper-large", "vad"])
def test_a_suite_of_another_package_may_be_read_where_that_is_not_installed(tmp_path, use):
    loaded = load(tmp_path, f'[[suite]]\nuse = "{use}"\n')
    assert config.suite_order(loaded) == (use,)


def test_a_name_near_one_of_ours_is_good_where_a_package_offers_it(tmp_path, install):
    install("other", {"soundmark.suites": {"macro": "other_suite:Macro"}})
    assert config.suite_order(load(tmp_path, '[[suite]]\nuse = "macro"\n')) == ("macro",)


def test_suite_tables_keep_their_own_keys(tmp_path):
    loaded = load(tmp_path, '[[suite]]\nuse = "alignment"\nrepeats = 30\n')
    assert config.suite_tables(loaded) == (
        ("alignment", {"repeats": 30}, "soundmark.toml: suite[0]"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"project = {'[' * 3000}{']' * 3000}", "arrays or tables are nested too deeply"),
        (f"x = {'9' * 5000}", "a number has more digits than any number here"),
        (f"[site]\nstale_after_days = {'9' * 400}", "site.stale_after_days: number out of range"),
        ("[site]\nstale_after_days = nan", "site.stale_after_days: expected days above zero"),
        ("[site]\nstale_after_days = inf", "site.stale_after_days: expected days above zero"),
        ("[site]\nstale_after_days = -1", "site.stale_after_days: expected days above zero"),
        ('[site]\nurl = "javascript:alert(1)"', "site.url: expected a web address"),
        ("[site]\nurl = 'https://a.example/\"><script>'", "site.url: expected a web address"),
        ('[site]\nrepository = "example.org/us"', "site.repository: expected a web address"),
        (
            '[[target]]\nmetric = "total_time"\nlimit = "1e999 ms"',
            'target[0].limit: "1e999 ms" is larger than any number here.',
        ),
        (
            '[[target]]\nmetric = "total_time"\nlimit = "-3 ms"',
            'target[0].limit: expected a limit of zero or more, found "-3 ms".',
        ),
        (
            '[[target]]\nmetric = "total_tiem"\nlimit = "3 ms"',
            'target[0].metric: there is no metric "total_tiem". Did you mean "total_time"?',
        ),
        (
            '[metrics.good]\nunit = "s"\n[metrics.lag]\ndirection = "lowr"',
            'metrics.lag.direction: expected one of "lower", "higher", "none", found \'lowr\'.',
        ),
        ("[metrics.lag]\nunit = 3", "metrics.lag.unit: expected `str`, got `int`."),
        ('[metrics.lag]\nunti = "s"', 'metrics.lag: unknown key "unti". Did you mean "unit"?'),
        ("[history.limits]\nrows = 0", "history.limits.rows: expected a number above zero"),
        ("[history.limits]\nrow = 3", 'history.limits: unknown key "row". Did you mean "rows"?'),
    ],
)
def test_what_was_a_traceback_or_passed_is_named(tmp_path, text, message):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert str(error.value).startswith(f"soundmark.toml: {message}")


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    assert load(tmp_path, '\ufeffproject = "demo"').values.project == "demo"


def test_a_target_may_ask_for_a_metric_that_only_a_program_knows(tmp_path):
    text = '[[target]]\nmetric = "queue_wait"\nlimit = "3 ms"'
    assert load(tmp_path, text).targets[0].metric == "queue_wait"
