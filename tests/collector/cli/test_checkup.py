from collector.cli import checkup


def test_nothing_is_hidden_where_no_package_takes_a_name_of_ours():
    assert checkup.hidden() == ()


def test_a_package_that_takes_names_of_ours_is_named_for_each(install):
    groups = {
        "soundmark.suites": {"micro": "drums_module:Drum"},
        "soundmark.formats": {"csv": "drums_module:Drum", "drum": "drums_module:Drum"},
        "soundmark.detectors": {"steps": "drums_module:Drum"},
    }
    install("drums", groups, drums_module="")
    said = checkup.hidden()
    assert [sentence.split('"')[1] for sentence in said] == ["micro", "csv", "steps"]
    assert all(sentence.startswith("drums (drums_module:Drum) offers a ") for sentence in said)
