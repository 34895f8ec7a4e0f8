"""What is printed about a remote holds no user, password or token of its address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.store.transport.redaction import hidden, without_secret

SECRETS = st.text("abcXYZ019-_.~", min_size=12, max_size=30)


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("https://me:pass@host/our/project", "https://host/our/project"),
        ("s3://bucket/record?token=abc", "s3://bucket/record"),
        ("ssh://git@host:22/our", "ssh://host:22/our"),
        ("git@host:our/project", "git@host:our/project"),
        ("/srv/record", "/srv/record"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(remote, shown):
    assert without_secret(remote) == shown


@given(user=SECRETS, password=SECRETS, token=SECRETS)
def test_no_secret_of_an_address_stays_in_a_text_about_it(user, password, token):
    remote = f"sftp://{user}:{password}@host/record?key={token}"
    said = f"{remote} refused {user}:{password}, password {password} and key {token}"
    shown = hidden(said, remote)
    assert "host/record" in shown
    assert not any(secret in shown for secret in (f"{user}:{password}", password, token))


def test_a_secret_that_a_library_prints_decoded_is_hidden_too():
    assert hidden("bad password p@ss", "sftp://me:p%40ss@host/record") == "bad password ***"
