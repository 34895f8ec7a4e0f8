import pytest

from site_gen.writers.forge_links import ForgeLinks
from tests.site_gen.builders import benchmark, change, context, series

GITHUB, GITLAB = "https://github.com/acme/aligner", "https://gitlab.example.org/acme/aligner"
CODEBERG = "https://codeberg.org/acme/aligner"
SHA, OTHER = "a" * 40, "b" * 12


def event():
    row = series([1.0] * 5)
    (found,) = context(benchmark(row), changes=(change(row, 3),)).judgement.events
    return found


def test_commits_are_linked_by_their_hash_alone():
    links = ForgeLinks(f"{GITHUB}/")
    assert links.commit(SHA) == f"{GITHUB}/commit/{SHA}"
    assert links.compare(SHA, OTHER) == f"{GITHUB}/compare/{SHA}...{OTHER}"
    assert links.commit("../../evil") == links.compare("", SHA) == ""


@pytest.mark.parametrize(
    ("repository", "way"),
    [(GITHUB, "pull"), (GITLAB, "-/merge_requests"), (CODEBERG, "issues")],
)
def test_a_pull_request_stands_where_its_forge_has_it(repository, way):
    assert ForgeLinks(repository).pull_request(12) == f"{repository}/{way}/12"


@pytest.mark.parametrize(
    ("repository", "listed", "opens"),
    [
        (GITHUB, "/issues?q=", "/issues/new?title="),
        (CODEBERG, "/issues?q=", "/issues/new?title="),
        (GITLAB, "/-/issues?search=", "/-/issues/new?issue[title]="),
    ],
)
def test_issues_about_an_event_are_listed_and_opened(repository, listed, opens):
    about = event()
    every, new = ForgeLinks(repository).issues(about)
    assert every == f"{repository}{listed}{about.event_id}"
    assert new.startswith(f"{repository}{opens}")
    assert new.endswith(f"%28event%20{about.event_id}%29")


@pytest.mark.parametrize("repository", ["", "javascript:alert(1)", "git@github.com:acme/aligner"])
def test_nothing_is_linked_without_a_web_address(repository):
    links = ForgeLinks(repository)
    assert links.commit(SHA) == links.compare(SHA, OTHER) == links.pull_request(1) == ""
    assert links.issues(event()) == ("", "")
