"""Kinds of pages: each brings its addresses, its place in the navigation and its template."""

from dataclasses import replace

import numpy as np

from site_gen.pages import registry
from site_gen.pages.interface import Page, said
from site_gen.shell.navigation import Entry, navigation
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, context, run, series


def every():
    row = series(np.linspace(1.0, 1.1, 4), series_id="5e")
    found = context(benchmark(row, path="suites/s/b"), runs=[run(place) for place in range(4)])
    return list(registry.pages(found, {}, Downloads((), ())))


def test_no_two_pages_have_one_address_and_the_front_page_comes_first():
    found = [page.path for page in every()]
    assert len(set(found)) == len(found)
    assert found[0] == ""


def test_the_navigation_has_sections_and_suites_but_no_single_benchmark():
    listed = navigation(every())
    assert [one.title for one in listed] == [
        "Overview", "Suites", "SLA", "Regressions", "Compare", "Runs", "Machines", "Data", "Method",
    ]  # fmt: skip
    named = {one.path for top in listed for one in (top, *top.below)}
    assert "suites/s/b" in {page.path for page in every()} - named


def mine(known):
    """A kind of page of this test."""
    yield Page("mine", "Mine", "data.html", said(known.downloads), navigation="My page")


def test_another_kind_needs_nothing_but_its_line_in_the_list(monkeypatch):
    kinds = {**registry.KINDS.built_in, "mine": f"{__name__}:mine"}
    monkeypatch.setattr(registry, "KINDS", replace(registry.KINDS, built_in=kinds))
    found = every()
    assert found[-1].path == "mine"
    assert navigation(found)[-1] == Entry("My page", "mine")
