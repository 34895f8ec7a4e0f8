"""Find the utterances that are aligned: generated ones, or those of the user's data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from collector.speech import corpus, librispeech

if TYPE_CHECKING:
    from collector.speech.librispeech import Utterance
    from collector.suites.alignment.options import AlignmentOptions


def names(options: AlignmentOptions) -> tuple[tuple[str, ...], str]:
    """Ids of the utterances and name of the data set, without generating or reading audio."""
    if options.dataset_root:
        kind, found = _own(options)
        return tuple(one.id for one in found), corpus.name(kind, len(found))
    ids = corpus.ids(options.utterances)
    return ids, corpus.name(options.corpus or corpus.kind_here(), len(ids))


def load(options: AlignmentOptions, workspace: Path) -> corpus.Corpus:
    """The utterances with the hash of their samples; generated ones are made when missing."""
    if not options.dataset_root:
        return corpus.synthetic(workspace, options.utterances, options.corpus)
    kind, found = _own(options)
    digest = corpus.digest(found, convert=options.convert)
    return corpus.Corpus(kind=kind, digest=digest, utterances=found)


def _own(options: AlignmentOptions) -> tuple[str, tuple[Utterance, ...]]:
    """Kind of the corpus and utterances of the user's folder. Raises UsageError."""
    root = Path(options.dataset_root)
    found = librispeech.find(root, subsets=options.subsets, limit=options.utterances)
    return "+".join(options.subsets) or root.name, found
