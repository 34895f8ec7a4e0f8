"""Read a TOML file, with one sentence for each error."""

from __future__ import annotations

import tomllib
from typing import Any

from history.words.errors import ConfigError


def parse(text: str, where: str) -> dict[str, Any]:
    """The text as a table; raises ConfigError that starts with ``where``."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: not valid TOML: {error}.") from None
    except RecursionError:
        raise ConfigError(f"{where}: arrays or tables are nested too deeply.") from None
    except ValueError:
        raise ConfigError(f"{where}: a number has more digits than any number here.") from None
