"""A webhook, and a client of it that waits no time."""

import pytest

from site_gen.forge.webhook import Webhook
from tests.site_gen.forge.server import running
from tests.site_gen.notices.hook import Hook


@pytest.fixture
def hook():
    with running(Hook()) as server:
        yield server


@pytest.fixture
def waited():
    """Seconds that the client was asked to wait, which it did not."""
    return []


@pytest.fixture
def webhook(hook, waited):
    client = Webhook(hook.address, wait=waited.append)
    yield client
    client.close()
