import gzip

from site_gen.writers import sitemap
from site_gen.writers.tree import Tree


def test_every_page_is_listed_below_the_address_of_the_site_and_none_without_one():
    listed = sitemap.sitemap("https://example.org/x", ["", "suites/a&b"])
    assert "<loc>https://example.org/x/</loc>" in listed
    assert "<loc>https://example.org/x/suites/a&amp;b/</loc>" in listed
    assert "<loc>" not in sitemap.sitemap("", ["", "suites"])


def test_both_files_say_the_same_and_are_the_same_bytes_each_time(tmp_path):
    trees = [Tree(tmp_path / name) for name in "ab"]
    for tree in trees:
        sitemap.write(tree, "https://example.org", ["runs"])
    first, second = ((tree.read("sitemap.xml"), tree.read("sitemap.xml.gz")) for tree in trees)
    assert first == second
    assert gzip.decompress(first[1]) == first[0]
