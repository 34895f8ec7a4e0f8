from site_gen.writers.text import clean, safe_url


def test_characters_that_act_are_made_visible():
    assert clean("a\u202eb\x02c\nd") == "a\ufffdb\ufffdc\nd"


def test_only_web_addresses_become_links():
    assert safe_url("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for bad in ("javascript:alert(1)", "data:text/html,x", "https://x y", '//x"', "ftp://x"):
        assert safe_url(bad) == ""
