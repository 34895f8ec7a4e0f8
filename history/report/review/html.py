"""Write a review as one self-contained HTML file: the details, as an artifact of a job.

Results of a pull request never enter the history behind the site, so their details are stored with
the job that measured them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from history.report.review import parts
from history.report.review.inert import one_line
from history.report.review.links import NONE
from history.report.wording import numbers, review_setting, reviews
from history.report.wording.reviews import Voice

if TYPE_CHECKING:
    from jinja2 import Template

    from history.report.review.links import Links
    from history.report.review.result import Review


def html(review: Review, links: Links = NONE) -> str:
    """The whole file; everything from outside is escaped by the template."""
    voice = _VOICE.about(review)
    return _template().render(
        review=review,
        headline=reviews.headline(review, voice),
        setting=review_setting.setting(review, voice),
        remarks=review_setting.remarks(review, voice),
        counted=reviews.everything(review),
        gone=parts.gone(review),
        others=parts.others(review),
        changed=parts.speaking(review),
        quiet=parts.quiet(review),
        unlisted=reviews.left_out(review_setting.unlisted(review), "line"),
        words=reviews,
        number=numbers,
        voice=voice,
        url=links.of,
    )


_VOICE = Voice(one_line, one_line)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("history.report.review", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("details.html")
