"""What is kept for a moment is gone after it, without anybody asking."""

import threading
import time

from reflect2protect.core.fleeting import Fleeting


def test_it_is_forgotten_although_nobody_comes_any_more() -> None:
    codes = Fleeting[str](0.05)
    codes.keep("first", "12345")
    assert codes.get("first") == "12345"
    for _ in range(200):
        time.sleep(0.01)
        if not len(codes):
            break
    assert len(codes) == 0
    assert codes.get("first") is None


def test_whoever_asks_at_once_is_told_the_same() -> None:
    codes, made = Fleeting[str](60), []
    start, told = threading.Barrier(8), []

    def make() -> str:
        made.append(1)
        return f"code {len(made)}"

    def ask() -> None:
        start.wait()
        told.append(codes.get_or_keep("same", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["code 1"] * 8


def test_where_there_are_too_many_the_oldest_go() -> None:
    codes = Fleeting[int](60, most=3)
    for number in range(5):
        codes.keep(str(number), number)
    assert [codes.get(str(number)) for number in range(5)] == [None, None, 2, 3, 4]
    codes.clear()
    assert len(codes) == 0
