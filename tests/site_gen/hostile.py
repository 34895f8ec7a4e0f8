"""Names that try to be more than text."""

from datetime import UTC, datetime, timedelta

from history.words.records import (
    Commit,
    Failed,
    Item,
    Machine,
    Measured,
    Origin,
    Point,
    Run,
    RunRecord,
    Variant,
)

WORDS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "{{ 7 * 7 }}{% raw %}",
    "](javascript:window.pwned=1)",
    "../../../etc/passwd",
    "--- \ntitle: stolen\n---",
    "</title><svg onload=window.pwned=1>",
    "\u202egnp.exe\u0000\u0002wzxhzdk:0\u0003",
    "<!-- -->]]>&amp;&lt;",
    "😀 é 漢字 ¯\\_(ツ)_/¯",
    "a" * 300,
    "con",
    "A",
    "a",
)


def hostile_runs() -> tuple[RunRecord, ...]:
    """Three runs in which everything that can be named is named by a stranger."""
    machine = Machine(name=WORDS[1], cpu_model=WORDS[0], gpu=WORDS[6])
    return tuple(
        RunRecord(
            run=Run(
                run_id=f"{night:032x}",
                started_at=datetime(2026, 12, 22, 3, tzinfo=UTC) + timedelta(days=night),
                commit=Commit(
                    sha=WORDS[night],
                    time=datetime(2026, 12, 22, tzinfo=UTC) + timedelta(days=night),
                    subject=WORDS[night + 5],
                    branch=WORDS[0],
                    tag=WORDS[1],
                    dirty=True,
                ),
                machine=machine,
                project=WORDS[0],
                origin=Origin.SIMULATED,
                source=WORDS[0],
                profile=WORDS[1],
                environment={WORDS[0]: {WORDS[1]: WORDS[night]}},
                warnings=(WORDS[0], WORDS[7]),
            ),
            points=tuple(_points(night)),
            items=tuple(_items()),
        )
        for night in range(3)
    )


def _points(night):
    for word in WORDS:
        for metric in ("wall_time", word):
            yield Point(
                suite=WORDS[0],
                benchmark=word,
                metric=metric,
                params={word: word},
                variant=Variant(implementation=word, weights=WORDS[0]),
                outcome=Failed(reason=word)
                if night == 2
                else Measured(
                    value=1.0 + night, n=2, samples=(1.0, 1.0 + 2 * night), warnings=(word,)
                ),
                unit=word if metric == word else "",
            )


def _items():
    """What two ways heard, all of it written by a stranger."""
    for way in (WORDS[0], WORDS[1]):
        for word in WORDS:
            yield Item(
                suite=WORDS[0],
                benchmark=WORDS[0],
                params={WORDS[0]: WORDS[0]},
                variant=Variant(implementation=way, weights=WORDS[0]),
                item=word,
                facts={"words": word, "error": word} if word == WORDS[3] else {"words": word},
                values={"wall_time": 1.0},
                fingerprint=way,
                text=f"{word} {way}",
            )
