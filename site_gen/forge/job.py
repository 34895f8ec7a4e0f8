"""One posting from its beginning to its end, for a job or for a person.

In a job our own failures are warnings with exit code 0, since a broken token or an outage has
nothing to do with the commit. A person gets the error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from history.report.review.links import NONE
from history.words.errors import ConfigError, SoundmarkError
from site_gen.forge import alarm, answer, artifact, bench, place, posting, summary
from site_gen.forge.artifact import ArtifactError
from site_gen.forge.errors import ForgeError, NothingToPostError, TooLargeError
from site_gen.forge.nightly import Nightly
from site_gen.forge.registry import FORGES, open_forge

if TYPE_CHECKING:
    from datetime import datetime

    from history.judge.judge import Judgement
    from history.project.config import LoadedConfig
    from history.report.review.links import Links
    from history.report.review.result import Review
    from site_gen.forge.interface import Forge
    from site_gen.forge.place import Place

_ABSENT: Final = frozenset({404, 410})
_ANNOTATIONS: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, kw_only=True)
class Job:
    """The options of one posting."""

    loaded: LoadedConfig
    environ: Mapping[str, str]
    say: Callable[[str], None]
    number: int | None = None
    """Pull request that a person names."""
    source: Callable[[], Review] | None = None
    """Where the review comes from; None fetches the artifact of the run that the event names."""
    is_foreign: bool = False
    """Whether the review is untrusted."""
    links: Callable[[], Links] = field(default=lambda: NONE)

    @property
    def is_ci(self) -> bool:
        """Whether problems are warnings."""
        return place.is_ci(self.environ)

    def problem(self, error: SoundmarkError) -> None:
        """Report a problem: as a warning in a job, as an error to a person."""
        if not self.is_ci or isinstance(error, ConfigError):
            raise error
        kind = "notice" if isinstance(error, NothingToPostError) else "warning"
        self.say(annotation(kind, "soundmark report", str(error), self.environ))


def annotation(kind: str, command: str, text: str, environ: Mapping[str, str]) -> str:
    """A log line that GitHub shows as an annotation; elsewhere plain text."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return f"::{kind} title={command}::{text.translate(_ANNOTATIONS)}"
    return f"{kind.capitalize()}: {text}"


def run(job: Job) -> None:
    """Write the summary, then post. In a job it raises only errors of the configuration."""
    _guarded(job, lambda: _run(job))


def run_nightly(job: Job, judged: Callable[[], Judgement]) -> None:
    """Keep issues and answer what was merged, as configured, in the same way."""

    def tell() -> None:
        found, links = judged(), _links(job)
        table = job.loaded.values.report
        with closing(_open(job, _place(job))) as forge:
            for line in Nightly(forge, table, found, job.loaded.root, links).tell():
                job.say(line)

    _guarded(job, tell)


def run_bench(job: Job, workflow: str) -> None:
    """Start the measurement that a comment asks for, in the same way."""

    def ask() -> None:
        asking = bench.read(job.environ.get("GITHUB_EVENT_PATH", ""))
        here = _place(job)
        with closing(_open(job, here)) as forge:
            for line in bench.start(forge, here, job.loaded.values.report.name, asking, workflow):
                job.say(line)

    _guarded(job, ask)


def run_alarm(job: Job, now: datetime) -> None:
    """Open an issue when the published site is stale, and close it again, in the same way.

    Raises ConfigError where nobody has said where the site is published.
    """
    table = job.loaded.values
    if not table.site.url:
        raise ConfigError(
            f"{job.loaded.name}: site.url: expected where the site is published, found nothing.",
            hint='Set `url = "https://..."` in the table [site]: its newest run is looked at.',
        )

    def tell() -> None:
        found = alarm.ask(table.site.url, table.site.stale_after_days, job.links)
        if found is None:
            job.say("nothing to tell: the site has no run yet, or does not say of which time")
            return
        with closing(_open(job, _place(job))) as forge:
            said = alarm.keep(forge, table.report.name, found, now)
        for line in said or ["nothing to tell: nothing has changed since the last time"]:
            job.say(line)

    _guarded(job, tell)


def _guarded(job: Job, step: Callable[[], None]) -> None:
    try:
        step()
    except SoundmarkError as error:
        job.problem(error)
    except Exception as error:
        if not job.is_ci:
            raise
        # A bug of ours must not fail the job either.
        job.problem(ForgeError(f"{type(error).__name__}: {error}", hint="Please report this."))


def _run(job: Job) -> None:
    links = _links(job)
    if job.source is None or job.is_foreign:
        here = _place(job)
        if here.run is not None:
            links = replace(links, ci_run=place.ci_run_of(here, job.environ))
        with closing(_open(job, here)) as forge:
            _foreign(job, here, forge, links)
        return
    review = job.source()
    _summary(job, review, links)
    here, table = _place(job), job.loaded.values.report
    links = replace(links, ci_run=place.ci_run_of(here, job.environ))
    with closing(_open(job, here)) as forge:
        _tell(job, posting.post(forge, here, table, review, links=links, number=job.number))


def _foreign(job: Job, here: Place, forge: Forge, links: Links) -> None:
    """Post the review of an untrusted job; without a valid one set the check."""
    table = job.loaded.values.report
    try:
        review = job.source() if job.source is not None else _fetched(here, forge)
    except ForgeError as error:
        # None there, or one that is too large: that is the pull request's. The rest is the forge's.
        is_ours = not isinstance(error, TooLargeError) and error.status not in _ABSENT
        _tell(job, _trouble(job, here, forge, _why(here, error), is_ours=is_ours))
    except SoundmarkError as error:
        _tell(job, _trouble(job, here, forge, error, is_ours=False))
    else:
        _summary(job, review, links)
        if here.request is not None:
            _tell(job, answer.post(forge, here, table.name, here.request, review, links=links))
            return
        _tell(job, posting.post(
            forge, here, table, review, links=links, number=job.number, is_foreign=True
        ))  # fmt: skip


def _trouble(
    job: Job, here: Place, forge: Forge, error: SoundmarkError, *, is_ours: bool
) -> posting.Posted:
    table = job.loaded.values.report
    if here.request is not None:
        return answer.post_trouble(forge, here, table.name, here.request, error)
    return posting.post_trouble(forge, here, table, error, is_ours=is_ours)


def _fetched(here: Place, forge: Forge) -> Review:
    if here.run is None:
        raise NothingToPostError(
            "there is no report, and no event says which run made one: nothing was posted.",
            hint="Name it with --artifact, or let `workflow_run` start the job.",
        )
    return artifact.of_bytes(forge.artifact(here.run, artifact.NAME, artifact.MOST_BYTES))


def _why(here: Place, error: SoundmarkError) -> SoundmarkError:
    if here.run_conclusion in {"", "success"}:
        return error
    return ArtifactError(f'the job that measured ended with "{here.run_conclusion}" and left none')


def _place(job: Job) -> Place:
    values = job.loaded.values
    return place.find(job.environ, values.report, values.site.repository)


def _open(job: Job, here: Place) -> Forge:
    for hidden in FORGES.hidden():
        job.say(annotation("warning", "soundmark report", hidden, job.environ))
    author = job.loaded.values.report.author
    return open_forge(here.forge, here.repository, here.token, url=here.api, author=author)


def _links(job: Job) -> Links:
    """The pages to link to; none when the site does not answer."""
    try:
        return job.links()
    except SoundmarkError as error:
        job.problem(error)
        return NONE


def _summary(job: Job, review: Review, links: Links) -> None:
    try:
        if summary.write(job.environ, review, links):
            job.say("summary: written")
    except OSError as error:
        job.problem(ForgeError(f"the summary of the step cannot be written: {error.strerror}."))


def _tell(job: Job, posted: posting.Posted) -> None:
    for line in posted.said:
        job.say(line)
    for problem in posted.problems:
        job.problem(problem)
