"""One message to one address: what is tried again, for how long, and what is said of it."""

import pytest

from history.words.errors import UsageError
from site_gen.forge.webhook import Webhook, WebhookError
from tests.site_gen.forge.server import Refused
from tests.site_gen.notices.hook import MESSAGE, SECRET


def test_a_message_arrives_as_it_is(hook, webhook):
    webhook.send(MESSAGE)
    assert hook.messages == [MESSAGE]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_is_tried_again_after_waits_that_double(hook, webhook, waited, status):
    hook.fail("POST", "", Refused(status), times=2)
    webhook.send(MESSAGE)
    assert (hook.messages, waited) == ([MESSAGE], [1.0, 2.0])


def test_after_four_times_it_gives_up(hook, webhook, waited):
    hook.fail("POST", "", Refused(503), times=9)
    with pytest.raises(WebhookError, match=r"the webhook at 127\.0\.0\.1 answered 503"):
        webhook.send(MESSAGE)
    assert waited == [1.0, 2.0, 4.0]


def test_a_limit_is_waited_for_as_it_asks_but_not_for_long(hook, webhook, waited):
    hook.fail("POST", "", Refused(429, headers={"Retry-After": "7"}))
    webhook.send(MESSAGE)
    assert waited == [7.0]
    hook.fail("POST", "", Refused(429, headers={"Retry-After": "3600"}))
    with pytest.raises(WebhookError, match="It asks to wait 3600 s"):
        webhook.send(MESSAGE)
    assert waited == [7.0]


def test_one_that_is_gone_is_not_asked_again(hook, webhook, waited):
    hook.fail("POST", "", Refused(404, "no_service"))
    with pytest.raises(WebhookError, match='answered 404 "no_service"') as raised:
        webhook.send(MESSAGE)
    assert "make a new one" in raised.value.hint
    assert not raised.value.is_about_message
    assert (hook.messages, waited) == ([], [])


def test_an_address_where_nobody_listens_is_asked_four_times(waited):
    hook = Webhook(f"http://127.0.0.1:9/{SECRET}", wait=waited.append)
    with pytest.raises(WebhookError, match=r"no answer from the webhook at 127\.0\.0\.1"):
        hook.send(MESSAGE)
    assert waited == [1.0, 2.0, 4.0]


def test_no_more_of_the_address_than_its_host_is_said(hook, webhook):
    hook.fail("POST", "", Refused(400, f"cannot post to /services/{SECRET}?token={SECRET}"))
    with pytest.raises(WebhookError) as raised:
        webhook.send(MESSAGE)
    assert SECRET not in str(raised.value)
    assert "127.0.0.1" in str(raised.value)


@pytest.mark.parametrize(
    "address", [f"hooks.example/{SECRET}", f"ftp://hooks.example/{SECRET}", "https://",
                f"https://[{SECRET}"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_shown(address):
    with pytest.raises(UsageError, match="expected the address of a webhook") as raised:
        Webhook(address)
    assert SECRET not in str(raised.value)


def test_an_address_without_tls_is_refused_beyond_this_computer():
    with pytest.raises(
        UsageError, match=r"begins with https://, found one of hooks\.example"
    ) as no:
        Webhook(f"http://hooks.example/{SECRET}")
    assert SECRET not in str(no.value)
