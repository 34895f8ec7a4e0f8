import re

import pytest

from site_gen.shell.policy import guarded
from tests.site_gen.looking import visiting

HEAD = '<head><meta charset="utf-8"></head>'


def rules(page):
    (found,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    return found.replace("&#x27;", "'")


def test_scripts_that_the_theme_writes_are_named_and_data_is_not():
    page = guarded(
        f'{HEAD}<script>a=1</script><script src="x.js"></script>'
        '<script type="application/json">{"a":1}</script>'
    )
    said = rules(page)
    assert said.count("sha256-") == 1
    assert "unsafe-eval" not in said
    assert "'unsafe-inline'" not in said.rpartition(";")[2]


def test_guarding_twice_is_guarding_once():
    page = guarded(f"{HEAD}<script>a=1</script>")
    assert guarded(page) == page


def test_every_page_has_a_policy_and_nothing_is_evaluated(demo):
    # That none runs into its own, every test that looks at a page in a browser sees: it would be
    # an error on the console.
    for path in demo.out.rglob("*.html"):
        said = rules(path.read_text("utf-8"))
        assert "script-src 'self'" in said
        assert "unsafe-eval" not in said
        assert "'unsafe-inline'" not in said.rpartition(";")[2]


@pytest.mark.browser
def test_a_script_that_got_into_a_page_does_not_run(browser, address):
    with visiting(browser, address, "") as page:
        blocked = page.evaluate(
            """async () => {
              document.querySelector('.sm').insertAdjacentHTML(
                'beforeend', '<img src="data:," onerror="window.pwned = 1">');
              const tag = document.createElement('script');
              tag.textContent = 'window.pwned = 2';
              document.body.append(tag);
              // From a timer, as what a driver runs itself may evaluate.
              const evaluated = await new Promise((told) => setTimeout(() => {
                try { told(Function('return true')()); } catch { told(false); }
              }));
              return [window.pwned ?? null, evaluated];
            }"""
        )
        page.wait_for_timeout(100)
        assert blocked == [None, False]
        assert page.evaluate("window.pwned ?? null") is None
        page.soundmark_faults.clear()  # what was blocked is said there
