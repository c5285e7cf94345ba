"""A client polls until it hears something, so one more poll is always on its way when it does."""

from __future__ import annotations

from tests.coverage.walked import PolledTwice, messages, polled_twice, remediations

EXPIRED = "idx.session.expired"


def said(body) -> list[str | None]:
    return [key for key, _ in messages(body)]


def is_over(poll: PolledTwice) -> bool:
    """Whether the page that the first poll got asks for no further one."""
    return not any(each["name"].endswith("poll") for each in remediations(poll.first.body)) and bool(
        said(poll.first.body)
    )


def test_a_poll_that_comes_too_late_does_not_end_the_session():
    late = [
        each for each in polled_twice() if EXPIRED in said(each.second.body) and EXPIRED not in said(each.first.body)
    ]
    assert list(map(str, late)) == []


def test_who_was_told_why_it_is_over_is_told_again():
    over = [each for each in polled_twice() if is_over(each) and each.first.status in (200, 404)]
    assert {key for each in over for key in said(each.first.body)} >= {
        "api.authn.poll.error.push_rejected",
        "core.system.transaction_resource_not_found",
        "idx.operation.cancelled.on.other.device",
        "idx.transferred.to.new.tab",
    }
    forgotten = [
        each
        for each in over
        if (each.second.status, said(each.second.body)) != (each.first.status, said(each.first.body))
    ]
    assert list(map(str, forgotten)) == []


def test_a_poll_after_the_last_approval_is_a_bad_request():
    approved = [each for each in polled_twice() if "successWithInteractionCode" in each.first.body]
    assert len(approved) > 5
    assert {each.second.status for each in approved} == {400}
    assert not any("successWithInteractionCode" in each.second.body for each in approved)
