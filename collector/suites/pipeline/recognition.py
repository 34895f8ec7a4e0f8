"""Recognise recordings with PocketSphinx, and align known texts with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from collector.contract import WorkOutcome
from collector.speech import error_rates, fingerprint
from collector.suites.pipeline.models import POCKETSPHINX
from collector.suites.pipeline.sentences import Word
from history.items.error_rate import Normalisation, normalised
from history.words.errors import SoundmarkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collector.contract import StageTimer
    from collector.suites.pipeline.recordings import Recording

    Pcm = NDArray[np.int16]

FRAME_S: Final = 0.01
BEAMS: Final[dict[str, dict[str, float]]] = {
    "wide": {"beam": 1e-48, "pbeam": 1e-48, "wbeam": 7e-29},
    "narrow": {"beam": 1e-38, "pbeam": 1e-38, "wbeam": 1e-22},
}
"""Of states, phones and words in the first pass. ``wide`` is what PocketSphinx sets itself."""


class AlignmentError(SoundmarkError):
    """A text that cannot be aligned with its recording; the message says why."""


def decoder(**settings: Any) -> Any:  # noqa: ANN401 - a table of PocketSphinx's own settings
    """A decoder with the models of the package and these settings.

    Cepstra are normalised per utterance ("batch"): with the default the result would depend on the
    utterances before.
    """
    from pocketsphinx import Decoder

    return Decoder(
        hmm=str(POCKETSPHINX.path("model/en-us/en-us/mdef").parent),
        dict=str(POCKETSPHINX.path("model/en-us/cmudict-en-us.dict")),
        loglevel="FATAL",
        cmn="batch",
        **settings,
    )


class Recogniser:
    """A decoder with the language model."""

    def __init__(self, beam: str) -> None:
        """Load it."""
        self._beam = beam
        lm = str(POCKETSPHINX.path("model/en-us/en-us.lm.bin"))
        self._decoder = decoder(lm=lm, **BEAMS[beam])

    def recognise(self, pcm: Pcm) -> str:
        """The text; empty when nothing was recognised."""
        _decode(self._decoder, pcm)
        found = self._decoder.hyp()
        return found.hypstr if found is not None else ""

    def facts(self) -> dict[str, Any]:
        """The widths of the search in force."""
        widths = {name: f"{self._decoder.config[name]:g}" for name in BEAMS[self._beam]}
        return widths | POCKETSPHINX.facts()


class Aligner:
    """A decoder without a language model."""

    def __init__(self) -> None:
        """Load it."""
        self._decoder = decoder(lm=None, bestpath=False)

    def align(self, text: str, pcm: Pcm) -> tuple[Word, ...]:
        """The words of a normalised text with their times. Raises AlignmentError."""
        said = text.split()
        unknown = [word for word in said if self._decoder.lookup_word(word) is None]
        if unknown:
            raise AlignmentError(f'the word "{unknown[0]}" is not in the dictionary.')
        if not said:
            raise AlignmentError("it has no text to align.")
        try:
            self._decoder.set_align_text(text)
            _decode(self._decoder, pcm)
            segments = list(self._decoder.seg() or ())
        except RuntimeError as error:
            raise AlignmentError(f"PocketSphinx could not align it: {error}.") from error
        found = tuple(
            Word(one.word.split("(")[0], one.start_frame * FRAME_S, (one.end_frame + 1) * FRAME_S)
            for one in segments
            if one.word[0] not in "<["
        )
        if [one.word for one in found] != said:
            raise AlignmentError("PocketSphinx found no way through it.")
        return found

    def facts(self) -> dict[str, Any]:
        """Version and licence."""
        return POCKETSPHINX.facts()


class RecognitionWork:
    """Every recording once."""

    def __init__(
        self,
        recogniser: Recogniser,
        recordings: Sequence[Recording],
        normalisation: str = Normalisation.WORDS,
    ) -> None:
        """Recognise the first recording once, so that the models are in memory."""
        self._recogniser, self._recordings = recogniser, recordings
        self._normalisation = normalisation
        self._heard: list[str] = []
        recogniser.recognise(recordings[0].pcm)

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        heard = []
        for one in self._recordings:
            timer.begin_item(one.position)
            heard.append(self._recogniser.recognise(one.pcm))
            timer.end_item()
        self._heard = heard
        return heard

    def finish(self) -> WorkOutcome:
        """The transcripts, with errors where a reference exists."""
        items: dict[str, dict[str, float | int | str]] = {}
        texts = {}
        for one, text in zip(self._recordings, self._heard, strict=True):
            items[one.id] = {"duration_s": one.seconds}
            if one.sentence.text:
                items[one.id] |= error_rates.facts(one.sentence.text, text, self._normalisation)
            texts[one.id] = text
        prints = {name: fingerprint.of_text([text]) for name, text in texts.items()}
        judged = sum(bool(one.sentence.text) for one in self._recordings)
        return WorkOutcome(
            fingerprint=fingerprint.of_text(texts.values()),
            items=items,
            texts=texts,
            fingerprints=prints,
            warnings=_unjudged(judged, len(self._recordings)),
        )


class AlignmentWork:
    """Every text that can be aligned, with its recording."""

    def __init__(self, aligner: Aligner, recordings: Sequence[Recording]) -> None:
        """Align each once, to find before timing what cannot be aligned."""
        self._aligner = aligner
        self.ready: list[tuple[Recording, str]] = []
        self.problems: dict[str, str] = {}
        for one in recordings:
            text = normalised(one.sentence.text)
            try:
                aligner.align(text, one.pcm)
            except AlignmentError as error:
                self.problems[one.id] = f"{one.id}: {error}"
            else:
                self.ready.append((one, text))
        if not self.ready:
            raise AlignmentError(f"nothing can be aligned; the first: {self._first()}")
        self._found: list[tuple[Word, ...]] = []

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        found = []
        for one, text in self.ready:
            timer.begin_item(one.position)
            found.append(self._aligner.align(text, one.pcm))
            timer.end_item()
        self._found = found
        return found

    def finish(self) -> WorkOutcome:
        """The words with their times, and the distance of their boundaries from the known ones."""
        items: dict[str, dict[str, float | int | str]] = {}
        texts, prints = {}, {}
        for (one, _), words in zip(self.ready, self._found, strict=True):
            items[one.id] = {"duration_s": one.seconds, "words": len(words)}
            known = one.sentence.words
            if known:
                items[one.id] |= boundary_facts(words, known)
            texts[one.id] = text_of(words)
            frames = [round(end / FRAME_S) for word in words for end in (word.start_s, word.end_s)]
            prints[one.id] = fingerprint.of_integers(np.array(frames))
        return WorkOutcome(
            fingerprint=fingerprint.of_text(prints.values()),
            items=items,
            texts=texts,
            fingerprints=prints,
        )

    def _first(self) -> str:
        return next(iter(self.problems.values()), "there is no recording.")


def boundary_facts(found: Sequence[Word], known: Sequence[Word]) -> dict[str, float | int | str]:
    """Number of boundaries that two lists of the same words share, and their total distance."""
    apart = sum(
        abs(one.start_s - other.start_s) + abs(one.end_s - other.end_s)
        for one, other in zip(found, known, strict=True)
    )
    count = 2 * len(known)
    return {"boundaries": count, "boundaries_apart_s": apart, "word_boundary_error": apart / count}


def text_of(words: Sequence[Word]) -> str:
    """``my 0.28-0.43 sister 0.43-0.92``: words with seconds from the start."""
    return " ".join(f"{one.word} {one.start_s:.2f}-{one.end_s:.2f}" for one in words)


def _unjudged(judged: int, count: int) -> tuple[str, ...]:
    if judged in {0, count}:
        return ()
    return (f"{count - judged} of {count} recordings have no text: the others make the rates.",)


def _decode(decoder: Any, pcm: Pcm) -> None:  # noqa: ANN401 - pocketsphinx ships no types
    decoder.start_utt()
    decoder.process_raw(pcm.tobytes(), full_utt=True)
    decoder.end_utt()
