"""A long line of a template may be broken: the page is the same."""

import pytest

from site_gen.writers.html import Renderer
from site_gen.writers.indented import joined
from tests.site_gen.builders import context


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("<td>1</td>\n  <td>2</td>", "<td>1</td><td>2</td>"),
        ("{{ a }}\n  {%- if b %}x{% endif %}", "{{ a }}{%- if b %}x{% endif %}"),
        ("The interval excludes\n  one.", "The interval excludes one."),
        ("{{ counted(rows,\n  'row') }}", "{{ counted(rows, 'row') }}"),
        ("<p>\n  <b>\n    deep</b>", "<p><b> deep</b>"),
    ],
)
def test_a_line_that_begins_with_spaces_continues_the_line_before(broken, whole):
    assert joined(broken) == whole


def test_a_line_that_begins_without_spaces_stays_a_line():
    assert joined("<pre>a\nb\n\n</pre>") == "<pre>a\nb\n\n</pre>"


def test_our_templates_are_loaded_joined():
    environment = Renderer(context())._environment
    for name in environment.list_templates():
        source, _, _ = environment.loader.get_source(environment, name)
        assert "\n " not in source, name
