"""Make the pictures of README: a trend of the simulated year, and the comment on a pull request.

`make pictures` rewrites `docs/images/*.png`. They are looked at and committed, not compared by a
test: fonts differ between machines. The comment is the golden file that tests compare, drawn as
forges draw Markdown.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from history import addresses
from site_gen.demo.demo import build_demo
from tests import browsers
from tests.conftest import ROOT
from tests.site_gen.looking import READY, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES: Final = ROOT / "docs" / "images"
COMMENT: Final = ROOT / "tests" / "history" / "report" / "review" / "golden" / "mixed.md"
NIGHTS: Final = 120
STYLE: Final = """
body { font: 14px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1f2328; margin: 0; padding: 16px }
article { border: 1px solid #d1d9e0; border-radius: 6px; padding: 4px 16px; width: 1040px }
table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: 6px 13px }
code { font: 12px "DejaVu Sans Mono", monospace; background: #eff1f3; padding: .2em .4em; border-radius: 6px }
a { color: #0969da } details { margin: 12px 0 }
"""  # noqa: E501


def main() -> None:
    """Draw all pictures."""
    with browsers.chromium(browsers.installed()) as browser:
        _trend(browser, IMAGES / "trend.png")
        _comment(browser, IMAGES / "comment.png")


def _trend(browser: "Browser", file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build_demo(site, NIGHTS, print)
        shown = addresses.benchmark("alignment", "pipeline", {"seconds": "5"})
        with browsers.served(site) as address:
            page = browser.new_page(viewport={"width": 1240, "height": 980})
            page.goto(f"{address}{shown}?m=total_time&on=runner-4c")
            # A chart is a drawing of what is usual until its script is there.
            until(page, f"Boolean(document.querySelector({READY!r}))")
            page.screenshot(path=file)


def _comment(browser: "Browser", file: Path) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    page = browser.new_page(viewport={"width": 1110, "height": 100})
    page.set_content(
        f"<style>{STYLE}</style><article>{markdown.render(COMMENT.read_text())}</article>"
    )
    page.locator("article").screenshot(path=file)


if __name__ == "__main__":
    main()
