"""Every request and every answer here is held against GitHub's published description."""

import pytest

from site_gen.forge import http
from site_gen.forge.errors import ForgeError, GoneError, UnsureError
from site_gen.forge.interface import Check, Conclusion
from site_gen.forge.registry import open_forge
from tests.site_gen.forge import openapi
from tests.site_gen.forge.github_server import BOT, REPOSITORY
from tests.site_gen.forge.reduce_openapi import digest
from tests.site_gen.forge.server import Refused

HEAD = "a" * 40


def check(conclusion=Conclusion.SUCCESS, **more):
    stated = {"name": "soundmark", "head_sha": HEAD, "title": "Nothing to do", "text": "All well."}
    return Check(conclusion=conclusion, **(stated | more))


def test_the_extract_says_where_it_comes_from_and_was_not_edited():
    source = openapi.WHOLE["source"]
    assert source["extract_sha256"] == digest(openapi.WHOLE)
    assert source["package"].startswith("@octokit/openapi@")
    assert len(source["sha256"]) == 64


def test_a_request_that_is_not_documented_is_noticed():
    path = f"/repos/{REPOSITORY}/issues/1/comments"
    assert openapi.faults_of_request("POST", path, "", b'{"body": "well"}') == []
    assert openapi.faults_of_request("POST", path, "", b'{"text": "well"}') != []
    assert openapi.faults_of_request("POST", path, "", b'{"body": 3}') != []
    assert openapi.faults_of_request("GET", path, "per_page=a", b"") != []
    assert openapi.faults_of_request("GET", path, "size=3", b"") != []
    assert openapi.faults_of_request("PUT", path, "", b"{}") != []


def test_an_answer_that_is_not_documented_is_noticed():
    path = f"/repos/{REPOSITORY}/pulls/7"
    assert openapi.faults_of_answer("GET", path, 200, {"number": 7}) != []
    assert openapi.faults_of_answer("GET", path, 299, {}) != []


def test_all_comments_are_read_page_after_page(server, forge):
    for number in range(5):
        server.comment(7, "ada", f"text {number}")
    assert [one.body for one in forge.comments(7)] == [f"text {number}" for number in range(5)]
    read_twice = 2 * 3  # five of two a page, until two readings are equal
    assert server.requests("GET", "/issues/7/comments") == read_twice


def test_a_next_page_elsewhere_gets_no_token(server, forge):
    for number in range(3):
        server.comment(7, "ada", f"text {number}")
    server._page = lambda *_: (200, [], {"Link": '<https://elsewhere.example/2>; rel="next"'})
    with pytest.raises(ForgeError, match=r"the next page is at elsewhere\.example"):
        list(forge.comments(7))


def test_a_list_without_end_is_not_followed_for_ever(server, forge, monkeypatch):
    monkeypatch.setattr(http, "MOST_PAGES", 3)
    path = f"/repos/{REPOSITORY}/pulls"
    server._page = lambda *_: (200, [], {"Link": f'<{server.url}{path}>; rel="next"'})
    with pytest.raises(ForgeError, match="expected at most 3 pages, found more"):
        list(forge._http.pages(path, list[dict]))


def test_a_token_of_a_workflow_is_known_by_its_bot_and_one_of_a_person_by_its_login(forge_as):
    assert forge_as("workflow").me() == BOT
    assert forge_as("person").me() == "ada"
    assert forge_as("workflow", author="our-app[bot]").me() == "our-app[bot]"


def test_a_wrong_token_says_so(forge_as):
    with pytest.raises(ForgeError, match=r'401 "Bad credentials"') as caught:
        forge_as("guessed").me()
    assert "The token is wrong or has expired" in caught.value.hint
    assert "guessed" not in str(caught.value)


def test_a_job_of_a_fork_learns_which_right_it_lacks_and_where_to_post(forge_as):
    with pytest.raises(ForgeError, match=r'403 "Resource not accessible') as caught:
        forge_as("read-only").add_comment(7, "hello")
    assert "post from `workflow_run`" in caught.value.hint


def test_a_pull_request_that_is_not_there_is_gone(forge):
    with pytest.raises(GoneError, match="GET /repos/acme/aligner/pulls/9: the forge answered 404"):
        forge.pull_request(9)


def test_a_pull_request_of_a_deleted_fork_has_no_repository(server, forge):
    server.pull(7, HEAD, repository=None)
    found = forge.pull_request(7)
    assert (found.head_sha, found.head_repository, found.is_open) == (HEAD, "", True)
    assert len(server.mistakes) == 1  # the description denies what GitHub answers here
    server.mistakes.clear()


def test_text_that_is_too_long_is_refused_with_the_forges_words(forge):
    with pytest.raises(ForgeError, match="body is too long"):
        forge.add_comment(7, "x" * 70_000)


def test_a_secondary_limit_is_waited_for_as_long_as_it_says(server, forge, waited):
    server.fail("POST", "/comments", Refused(403, "You have exceeded a secondary rate limit",
                                             {"Retry-After": "7"}))  # fmt: skip
    forge.add_comment(7, "hello")
    assert waited == [7.0]
    assert server.texts(7) == ["hello"]


def test_a_secondary_limit_without_a_time_waits_a_minute(server, forge, waited):
    server.fail("GET", "/pulls/7", Refused(429, "slow down"))
    server.pull(7, HEAD)
    assert forge.pull_request(7).number == 7
    assert waited == [60.0]


def test_a_limit_that_ends_too_late_is_an_error_that_says_when(server, forge, waited):
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}
    server.fail("GET", "/pulls/7", Refused(403, "API rate limit exceeded", spent))
    with pytest.raises(ForgeError, match=r"It asks to wait \d+ s") as caught:
        forge.pull_request(7)
    assert caught.value.hint == "Start the job again later."
    assert waited == []


def test_trouble_that_passes_is_asked_again_with_growing_pauses(server, forge, waited):
    server.pull(7, HEAD)
    server.fail("GET", "/pulls/7", Refused(502, "Bad Gateway"), times=2)
    assert forge.pull_request(7).number == 7
    assert waited == [1.0, 2.0]


def test_trouble_that_stays_ends_after_four_tries(server, forge):
    server.fail("GET", "/pulls/7", Refused(503, "Service Unavailable"), times=99)
    with pytest.raises(ForgeError, match='503 "Service Unavailable"'):
        forge.pull_request(7)
    assert server.requests("GET", "/pulls/7") == 4


def test_what_makes_something_is_not_sent_twice_when_nobody_knows_whether_it_worked(server, forge):
    server.fail("POST", "/comments", Refused(502, "Bad Gateway"))
    with pytest.raises(UnsureError):
        forge.add_comment(7, "hello")
    assert server.requests("POST") == 1


def test_a_forge_that_is_not_there_says_so(waited):
    absent = open_forge("github", REPOSITORY, "t", url="http://127.0.0.1:9", wait=waited.append)
    with pytest.raises(ForgeError, match=r"no answer from 127\.0\.0\.1") as caught:
        absent.pull_request(7)
    absent.close()
    assert "network" in caught.value.hint
    assert len(waited) == 3


def test_a_token_never_travels_unencrypted():
    with pytest.raises(ForgeError, match="expected an address that begins with https://"):
        open_forge("github", REPOSITORY, "t", url="http://forge.example/api")


def test_an_answer_that_is_no_api_says_so(server, forge):
    server._page = lambda *_: (200, b"<html>", {})
    with pytest.raises(ForgeError, match="not of the documented shape"):
        list(forge.comments(7))


def test_a_check_is_made_once_and_then_replaced(server, forge):
    assert forge.set_check(check(Conclusion.FAILURE, order=3))
    assert forge.set_check(check(Conclusion.SUCCESS, order=4, url="https://example.org/c"))
    assert [(one["conclusion"], one["external_id"]) for one in server.checks] == [
        ("success", "soundmark:4")
    ]


def test_an_earlier_job_leaves_the_check_of_a_later_one(server, forge):
    forge.set_check(check(Conclusion.FAILURE, order=5))
    assert not forge.set_check(check(Conclusion.SUCCESS, order=4))
    assert [one["conclusion"] for one in server.checks] == ["failure"]


@pytest.mark.parametrize("conclusion", Conclusion)
def test_every_conclusion_is_one_of_githubs(server, forge, conclusion):
    forge.set_check(check(conclusion))
    assert server.checks[0]["conclusion"] == conclusion


def test_a_check_of_another_program_by_that_name_is_let_be(server, forge):
    server.checks.append({"id": 1, "name": "soundmark", "head_sha": HEAD, "external_id": "theirs",
                          "conclusion": "success"})  # fmt: skip
    forge.set_check(check())
    assert [one["external_id"] for one in server.checks] == ["theirs", "soundmark:0"]


def test_issues_are_opened_edited_and_closed(server, forge):
    made = forge.open_issue("decode is slower", "since 3f2a", "soundmark")
    forge.edit_issue(made.number, title="decode is slower", body="recovered", is_open=False)
    (found,) = forge.issues("soundmark")
    assert (found.title, found.body, found.is_open, found.author) == (
        "decode is slower", "recovered", False, BOT,
    )  # fmt: skip


def test_an_artifact_is_fetched_from_where_the_forge_keeps_it(server, forge):
    server.artifacts[31, "soundmark-report"] = b"zip"
    assert forge.artifact(31, "soundmark-report", 1000) == b"zip"


def test_an_artifact_that_is_too_large_is_not_even_fetched(server, forge):
    server.artifacts[31, "soundmark-report"] = b"x" * 2000
    with pytest.raises(ForgeError, match=r"at most 1000 bytes, found 2000\. It was not read"):
        forge.artifact(31, "soundmark-report", 1000)
    assert server.requests("GET", "/zip") == 0


def test_a_download_that_does_not_end_is_cut_off(server, forge):
    server.artifacts[31, "soundmark-report"] = b"x" * 2000
    honest = server._page

    def smaller(*given):
        status, answer, more = honest(*given)
        answer["artifacts"][0]["size_in_bytes"] = 10
        return status, answer, more

    server._page = smaller
    with pytest.raises(ForgeError, match="expected at most 1000 bytes"):
        forge.artifact(31, "soundmark-report", 1000)


def test_a_run_without_the_artifact_says_where_to_look(forge):
    with pytest.raises(ForgeError, match='run 31 has no artifact called "soundmark-report"'):
        forge.artifact(31, "soundmark-report", 1000)
