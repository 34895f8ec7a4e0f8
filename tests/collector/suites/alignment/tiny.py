"""The smallest alignment there is: two utterances of tones, and the tiny model."""

import msgspec

from collector.suites.alignment import Alignment
from collector.suites.alignment.options import AlignmentOptions

TINY = AlignmentOptions(size="tiny", utterances=2, corpus="tones", runtimes=("torch",))


def plan(**options):
    return Alignment().plan(msgspec.structs.replace(TINY, **options), "nightly")
