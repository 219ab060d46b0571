"""Answers that wait for who sent the form: for ten minutes, in so much memory, and no longer."""

import pytest

from reflect2protect.config.answers import ADDRESS, KEPT_SECONDS, SHOWN_SECONDS, Answer, Answers
from reflect2protect.core.headers import LASTING
from reflect2protect.core.rates import ONION

HTML = [("Content-Type", "text/html; charset=utf-8")]


class Clock:
    """Seconds that a test lets pass."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def keep(answers: Answers, body: bytes = b"", sender: str = "one", language: str = "en") -> str:
    """Keep an answer; its token."""
    address = answers.keep(language, sender, 200, HTML, body)
    found = ADDRESS.fullmatch(address)
    assert found
    assert address == f"/{language}/answer/{found[1]}/"
    return found[1]


def test_an_answer_is_found_again_as_it_was() -> None:
    answers = Answers(clock=Clock())
    token = keep(answers, b"once more", language="zh-hans")
    for _ in range(2):
        assert answers.find(token) == Answer(200, HTML, b"once more", "one", SHOWN_SECONDS)
    assert answers.find("0" * 32) is None
    assert keep(answers) != token


def test_what_leads_on_from_it_names_it() -> None:
    answers = Answers()
    page = (
        '<a class="quick" href="/leave" rel="noreferrer"><form action="/{0}/my-reflection/">'
        '<form action="/{0}/participate/"><a href="/{0}/participate/"><q>action=/en/participate/'
    )
    headers = [*HTML, ("Content-Length", "1")]
    address = answers.keep("zh-hans", "one", 200, headers, page.format("zh-hans").encode())
    token = address.split("/")[3]
    found = answers.find(token)
    assert found
    named = page.replace('leave"', f'leave/{token}"').replace('n/">', f'n/?{token}">')
    named = named.replace('<form action="/{0}/participate/', '<form action="/{0}/participate/?{1}')
    assert found.body.decode() == named.format("zh-hans", token)
    assert found.headers == [*HTML, ("Content-Length", str(len(found.body)))]


def test_what_is_forgotten_is_gone() -> None:
    answers = Answers()
    token, other = keep(answers, b"her words"), keep(answers)
    for _ in range(2):
        answers.forget(token)
        assert answers.find(token) is None
    assert answers.find(other)


def test_it_is_gone_a_minute_after_it_was_shown() -> None:
    clock = Clock()
    answers = Answers(clock=clock)
    shown, unseen = keep(answers), keep(answers)
    assert answers.find(shown)
    clock.now = SHOWN_SECONDS - 1
    assert answers.find(shown)
    clock.now = SHOWN_SECONDS
    assert answers.find(shown) is None
    assert answers.find(unseen)
    clock.now = KEPT_SECONDS
    assert answers.find(unseen) is None
    answers.forget_what_is_old()
    assert (answers.left, answers.held, len(answers.kept)) == (answers.room, {}, 0)


def test_a_receipt_can_be_looked_at_again_for_ten_minutes() -> None:
    clock = Clock()
    answers = Answers(clock=clock)
    token = answers.keep("en", "one", 200, [*HTML, (LASTING, "1")], b"").split("/")[3]
    for clock.now in (0, KEPT_SECONDS - 1):
        assert answers.find(token) == Answer(200, HTML, b"", "one", KEPT_SECONDS, lasting=True)
    clock.now = KEPT_SECONDS
    assert answers.find(token) is None


def test_where_there_are_too_many_the_oldest_go() -> None:
    answers = Answers(room=100)
    tokens = [keep(answers, b"x" * 12, str(number)) for number in range(10)]
    assert [answers.find(token) is not None for token in tokens] == [False] * 2 + [True] * 8
    for token in tokens:
        answers.forget(token)
    assert (answers.left, answers.held) == (100, {})


@pytest.mark.parametrize(("flooder", "has"), [("flooder", 1), (ONION, 5)])
def test_a_flood_makes_room_for_itself_first(flooder: str, has: int) -> None:
    answers = Answers(room=100)
    early = keep(answers, b"x" * 10, "early")
    flood = [keep(answers, b"x" * 10, flooder) for _ in range(50)]
    late = keep(answers, b"x" * 10, "late")
    assert answers.find(early)
    assert answers.find(late)
    assert [answers.find(token) is not None for token in flood] == [False] * (50 - has) + [
        True
    ] * has
