from site_gen.writers.check import check


def site(tmp_path, **files):
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_html", ".html").replace("_css", ".css")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def problems(folder, *expected):
    return [finding.problem for finding in check(folder, expected)]


def test_a_missing_page_is_named(tmp_path):
    assert problems(site(tmp_path, index_html=""), "a/index.html") == ["was not built"]


def test_a_link_to_nowhere_is_found(tmp_path):
    folder = site(
        tmp_path, index_html='<a href="a/">x</a><a href="b/?m=1#c">y</a>', a__index_html=""
    )
    assert problems(folder) == ["links to b/?m=1#c, which is not there"]


def test_links_up_and_with_escapes_are_followed(tmp_path):
    folder = site(
        tmp_path, index_html="", a__index_html='<a href="..">x</a><a href="../a/?x&amp;y">z</a>'
    )
    assert problems(folder) == []


def test_following_a_link_is_fine_but_loading_from_elsewhere_is_not(tmp_path):
    page = (
        '<a href="https://example.org">x</a><link rel="canonical" href="https://example.org/">'
        '<script src="https://cdn.example.org/x.js"></script><img src="//example.org/i.png">'
        '<link rel="stylesheet" href="https://fonts.example.org/f.css">'
    )
    assert problems(site(tmp_path, index_html=page)) == [
        "loads //example.org/i.png",
        "loads https://cdn.example.org/x.js",
        "loads https://fonts.example.org/f.css",
    ]


def test_style_sheets_load_nothing_from_elsewhere(tmp_path):
    folder = site(
        tmp_path, a_css="a{background:url(https://example.org/x.png)} b{background:url(d.png)}"
    )
    assert problems(folder) == ["loads https://example.org/x.png"]


def test_numbers_that_a_page_reads_must_be_there(tmp_path):
    assert problems(site(tmp_path, index_html='<div data-page="data/x.json">')) == [
        "reads data/x.json, which is not there"
    ]


def test_what_stands_between_quotes_is_no_link_whatever_it_looks_like(tmp_path):
    page = (
        '<a title="set href=bar src=bar.png" href="a/">x</a>'
        "<a title='a > b href=\"no/\"' href='a/'>y</a>"
        '<img alt="<a href=gone/>" src="i.png"><a aria-label="action=gone" HREF=a/>z</a>'
    )
    folder = site(tmp_path, index_html=page, a__index_html="", **{"i.png": ""})
    assert problems(folder) == []


def test_a_link_behind_such_a_text_is_still_followed(tmp_path):
    page = '<a title="href=a/ > b" href="gone/">x</a><script data-x="src=y" src="gone.js"></script>'
    assert problems(site(tmp_path, index_html=page, a__index_html="")) == [
        "links to gone.js, which is not there",
        "links to gone/, which is not there",
    ]


def test_files_that_were_checked_before_are_not_read_again(tmp_path):
    folder = site(tmp_path, index_html='<a href="gone/">x</a>', a__index_html='<a href="b/">y</a>')
    found = check(folder, ["c.json"], ["a/index.html"])
    assert [(one.page, one.problem) for one in found] == [
        ("a/index.html", "links to b/, which is not there"),
        ("c.json", "was not built"),
    ]
