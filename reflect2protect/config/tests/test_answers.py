"""Answers that wait for who sent the form: for ten minutes, in so much memory, and no longer."""

from reflect2protect.config.answers import ADDRESS, KEPT_SECONDS, Answer, Answers

HTML = [("Content-Type", "text/html; charset=utf-8")]


class Clock:
    """Seconds that a test lets pass."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def token_of(address: str) -> str:
    found = ADDRESS.fullmatch(address)
    assert found
    return found[1]


def test_an_answer_is_found_again_as_it_was() -> None:
    answers = Answers(clock=Clock())
    address = answers.keep("zh-hans", 422, HTML, b"once more")
    assert address.startswith("/zh-hans/answer/")
    for _ in range(2):
        assert answers.find(token_of(address)) == Answer(422, HTML, b"once more", 0.0)
    assert answers.find("0" * 32) is None
    assert token_of(answers.keep("ar", 200, [], b"")) != token_of(address)


def test_its_link_to_leave_has_it_forgotten() -> None:
    answers = Answers()
    page = b'<a class="quick" href="/leave" rel="noreferrer">'
    headers = [*HTML, ("Content-Length", str(len(page)))]
    token = token_of(answers.keep("en", 200, headers, page))
    found = answers.find(token)
    assert found
    assert found.body == page.replace(b'/leave"', f'/leave?{token}"'.encode())
    assert found.headers == [*HTML, ("Content-Length", str(len(found.body)))]
    for _ in range(2):
        answers.forget(token)
        assert answers.find(token) is None


def test_it_is_gone_after_its_time() -> None:
    clock = Clock()
    answers = Answers(clock=clock)
    first = token_of(answers.keep("en", 200, HTML, b"first"))
    clock.now = KEPT_SECONDS - 1
    second = token_of(answers.keep("en", 200, HTML, b"second"))
    assert answers.find(first)
    clock.now = KEPT_SECONDS
    assert answers.find(first) is None
    assert answers.find(second)


def test_where_there_are_too_many_the_oldest_go() -> None:
    answers = Answers(room=100)
    tokens = [token_of(answers.keep("en", 200, HTML, b"x" * 30)) for _ in range(10)]
    assert [answers.find(token) is not None for token in tokens] == [False] * 7 + [True] * 3
    for token in tokens:
        answers.forget(token)
    assert answers.left == 100
