"""Who may be in what is being made: everybody who may be shown, or only those who allowed copies.

A publication depends on no request, cookie, host or token. This is the one stated exception
(docs/decisions/0011): inside `for_copies()` every public queryset of what people sent finds only
those who allowed *press and partners*, since such copies cannot be called back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_copies: ContextVar[bool] = ContextVar("copies", default=False)


@contextmanager
def for_copies() -> Iterator[None]:
    """What is rendered inside is meant for copies that will be given away."""
    token = _copies.set(True)
    try:
        yield
    finally:
        _copies.reset(token)


def making_copies() -> bool:
    """Whether the code runs inside `for_copies()`."""
    return _copies.get()
