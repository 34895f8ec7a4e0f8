"""The built-in metrics, compositions, leads and thresholds, in table order.

``history.words.metrics`` searches it and the sets of other packages.
"""

from __future__ import annotations

from typing import Final

from history.words.built_in.memory import MEMORY
from history.words.built_in.quality import QUALITY
from history.words.built_in.rates import RATES, REST
from history.words.built_in.thresholds import GOLDEN
from history.words.built_in.times import TIMES
from history.words.built_in.wholes import COMPOSITIONS, LEADS

FACTS: Final = (*TIMES, *MEMORY, *RATES, *QUALITY, *REST, *COMPOSITIONS, *LEADS, *GOLDEN)
