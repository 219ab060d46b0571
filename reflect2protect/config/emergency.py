"""The emergency stop from the command line, for when the web process or the database is down."""

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from rich.console import Console

from reflect2protect.core.models import User
from reflect2protect.moderation.actions import stop
from reflect2protect.publishing.work.aside import hold


def take_down(scope: str, username: str) -> int:
    """Take a scope down, then write it down, and say how both went. 0 unless nothing was done."""
    try:
        gone = hold(scope)  # first, and with nothing but the folder
    except ValueError:
        _say(f"There is nothing that is called {scope!r}. Say: everything, wall, or film:SLUG.")
        return 2
    _say(f"Down: {scope}. {gone} folders and files were taken out of the public folder.")
    if not gone:
        _say("Nothing of it was there. Is this the name that you mean?")
    try:
        _write_down(scope, username)
    except DatabaseError:
        _say("The database does not answer. It stays down all the same; a worker writes it into")
        _say("the record when the database is back, and makes the pages that lead to it anew.")
    return 0


def _write_down(scope: str, username: str) -> None:
    by = User.objects.filter(username=username).first() if username else None
    if username and by is None:
        _say(f"Nobody is called {username!r}: the record will say that the command line did it.")
    try:
        stop(scope=scope, by=by)
    except PermissionDenied:
        _say(f"{username} has no role here: the record will say that the command line did it.")
        stop(scope=scope, by=None)
    _say("It is in the record. Two people can reopen it at /staff/desk/stop/.")


def _say(words: str) -> None:
    Console(stderr=True).print(words, markup=False, soft_wrap=True)
