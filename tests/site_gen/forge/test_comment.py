"""One comment for each pull request, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from site_gen.forge import comment as comments
from site_gen.forge import mark as marks
from site_gen.forge.comment import Done, Wanted
from site_gen.forge.errors import ForgeError, NothingToPostError
from site_gen.forge.mark import OPEN, RESOLVED, Mark
from tests.site_gen.forge.github_server import BOT
from tests.site_gen.forge.server import Refused

OLD, NEW = "a" * 40, "b" * 40


def wanted(text="1 regression", *, head=OLD, order=1, key="soundmark", state=OPEN, begins=True):
    return Wanted(
        mark=Mark(key, head, order, state),
        text=text,
        again=lambda _before: (state, text),
        begins=begins,
    )


def test_a_mark_is_read_back_from_the_first_line_alone():
    mark = Mark("soundmark", OLD, 12, RESOLVED)
    assert marks.read(mark.on("text")) == mark
    assert marks.read("text\n" + mark.on("")) is None
    assert marks.read("> " + mark.on("quoted by a person")) is None


def test_the_first_finding_makes_a_comment_and_the_next_edits_it(server, forge):
    assert comments.keep(forge, 7, wanted()) is Done.MADE
    assert comments.keep(forge, 7, wanted("2 regressions", head=NEW, order=2)) is Done.EDITED
    assert server.texts(7) == [Mark("soundmark", NEW, 2).on("2 regressions")]


def test_a_comment_among_many_pages_is_found(server, forge):
    for number in range(3):
        server.comment(7, "ada", f"chatter {number}")
    comments.keep(forge, 7, wanted())
    for number in range(4):
        server.comment(7, "ada", f"more {number}")
    comments.keep(forge, 7, wanted("changed", order=2))
    assert len(server.texts(7)) == 1


def test_nothing_is_written_where_nothing_was_ever_wrong(server, forge):
    assert comments.keep(forge, 7, wanted(begins=False)) is Done.NOT_NEEDED
    assert server.texts(7) == []
    assert server.requests("POST") == 0


def test_a_clean_push_resolves_the_comment(server, forge):
    comments.keep(forge, 7, wanted())
    clean = wanted("nothing to do", head=NEW, order=2, state=RESOLVED, begins=False)
    assert comments.keep(forge, 7, clean) is Done.RESOLVED
    assert marks.read(server.texts(7)[0]).state == RESOLVED


def test_an_older_job_never_overwrites_a_newer_one(server, forge):
    comments.keep(forge, 7, wanted("newer", head=NEW, order=9))
    with pytest.raises(NothingToPostError, match="a later job has commented on bbbbbbbbbbbb"):
        comments.keep(forge, 7, wanted("older", order=8))
    assert server.texts(7) == [Mark("soundmark", NEW, 9).on("newer")]


def test_a_mark_that_somebody_else_copied_is_not_ours(server, forge):
    forged = Mark("soundmark", NEW, 10**12).on("all well, trust me")
    server.comment(7, "mallory", forged)
    comments.keep(forge, 7, wanted())
    assert server.texts(7, "mallory") == [forged]
    assert server.texts(7) == [Mark("soundmark", OLD, 1).on("1 regression")]


def test_two_projects_of_one_repository_have_a_comment_each(server, forge):
    comments.keep(forge, 7, wanted("ours", key="aligner"))
    comments.keep(forge, 7, wanted("theirs", key="synthesiser"))
    assert len(server.texts(7)) == 2


def test_a_comment_that_a_person_deletes_meanwhile_is_made_anew(server, forge):
    comments.keep(forge, 7, wanted())
    server.before["PATCH", "/issues/comments/"] = server.comments.clear
    assert comments.keep(forge, 7, wanted("again", order=2)) is Done.MADE
    assert server.texts(7) == [Mark("soundmark", OLD, 2).on("again")]


def test_a_comment_that_vanishes_every_time_ends_in_an_error(server, forge):
    comments.keep(forge, 7, wanted())
    server.fail("PATCH", "/issues/comments/", Refused(404, "Not Found"), times=99)
    with pytest.raises(ForgeError, match="404"):
        comments.keep(forge, 7, wanted("again", order=2))


def test_a_comment_that_was_made_though_the_answer_was_lost_is_not_made_twice(server, forge):
    made = wanted()

    def arrives():
        server.comment(7, BOT, made.mark.on(made.text))

    server.before["POST", "/comments"] = arrives
    server.fail("POST", "/comments", Refused(502, "Bad Gateway"))
    comments.keep(forge, 7, made)
    assert server.texts(7) == [made.mark.on(made.text)]


def test_a_comment_whose_answer_was_lost_and_that_is_not_there_is_made(server, forge):
    server.fail("POST", "/comments", Refused(502, "Bad Gateway"))
    assert comments.keep(forge, 7, wanted()) is Done.MADE
    assert len(server.texts(7)) == 1


@pytest.mark.parametrize("order_of_other", [1, 9])
def test_two_jobs_that_post_at_once_end_with_one_comment_of_the_later(
    server, forge, order_of_other
):
    other = Mark("soundmark", NEW, order_of_other).on("the other job")
    server.before["POST", "/comments"] = lambda: server.comment(7, BOT, other)
    comments.keep(forge, 7, wanted("this job", order=5))
    ours = Mark("soundmark", OLD, 5).on("this job")
    assert server.texts(7) == [other if order_of_other > 5 else ours]


@pytest.mark.parametrize("first", [1, 4])
def test_four_jobs_that_have_all_posted_and_fold_at_once_leave_what_the_latest_said(
    server, forge_as, first
):
    marks_of = [Mark("soundmark", OLD, order) for order in (first, 2, 3, 5 - first)]
    for mark in marks_of:
        server.comment(7, BOT, mark.on(f"job {mark.order}"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda mark: comments.fold(forge_as(), 7, mark), marks_of))
    assert server.texts(7) == [Mark("soundmark", OLD, 4).on("job 4")]


@pytest.mark.parametrize("order_of_other", [1, 3])
def test_two_jobs_that_fold_in_each_others_midst_come_to_the_same(server, forge_as, order_of_other):
    own, other = Mark("soundmark", OLD, 2), Mark("soundmark", NEW, order_of_other)
    server.comment(7, BOT, own.on("own"))
    server.comment(7, BOT, other.on("other"))
    forge_of_other = forge_as()
    server.before["DELETE", "/issues/comments/"] = lambda: comments.fold(forge_of_other, 7, other)
    comments.fold(forge_as(), 7, own)
    comments.fold(forge_of_other, 7, other)
    assert server.texts(7) == [own.on("own") if order_of_other == 1 else other.on("other")]


def test_a_comment_that_moves_to_an_earlier_page_while_the_pages_are_read_is_found(server, forge):
    assert server.per_page == 2
    gone = server.comment(7, "ada", "deleted while the second page is asked for")
    server.comment(7, "ada", "stays")
    ours = Mark("soundmark", OLD, 2)
    server.comment(7, BOT, ours.on("moves up, between the two pages"))
    server.comment(7, "ada", "last")

    def between_the_pages():
        server.before["GET", "/issues/7/comments"] = lambda: server.comments.remove(
            next(one for one in server.comments if one["id"] == gone)
        )

    server.before["GET", "/issues/7/comments"] = between_the_pages
    assert [mark for mark, _ in comments.found(forge, 7, "soundmark")] == [ours]


def test_comments_that_never_stand_still_are_an_error(server, forge):
    for number in range(3):
        server.comment(7, "ada", f"chatter {number}")

    def another_word():
        server.comments[0]["body"] += " more"
        server.before["GET", "/issues/7/comments"] = another_word

    server.before["GET", "/issues/7/comments"] = another_word
    with pytest.raises(ForgeError, match="changed in each of 12 readings"):
        comments.keep(forge, 7, wanted())
    assert server.requests("POST") == 0


def test_a_later_job_whose_text_an_earlier_one_overwrites_writes_it_again(server, forge):
    comments.keep(forge, 7, wanted("first", order=1))
    reads = []

    def overwritten():
        reads.append(1)
        server.comments[0]["body"] = Mark("soundmark", OLD, 2).on("an earlier job, late")

    def soon():
        server.before["GET", "/issues/7/comments"] = overwritten

    server.before["PATCH", "/issues/comments/"] = soon
    comments.keep(forge, 7, wanted("newest", head=NEW, order=3))
    assert reads == [1]
    assert server.texts(7) == [Mark("soundmark", NEW, 3).on("newest")]
