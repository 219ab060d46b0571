"""Copies to give away: making them, checking them, and freezing a campaign that is over.

`verify` needs no database and no settings: a partner runs it on a machine of her own.
"""

import argparse
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from reflect2protect.publishing.work.parcel import Unreadable, open_parcel, write_zip

if TYPE_CHECKING:
    from reflect2protect.publishing.work.export import Edition
    from reflect2protect.publishing.work.manifest import Found

TIMES = 3
SECONDS = 20.0


def export(arguments: argparse.Namespace) -> int:
    """Write a signed copy of the campaign that works from a folder, a stick or any web server."""
    from django.conf import settings

    from reflect2protect.publishing.actions import ensure_key
    from reflect2protect.publishing.work.signing import BadKey, fingerprint, public_of

    try:
        public = public_of(ensure_key())
    except BadKey as error:
        return _sorry(str(error))
    if arguments.show_key:
        print(f"Ed25519 public key: {public}\nFingerprint: {fingerprint(public)}")
        return 0
    target: Path | None = arguments.target
    if target is None:
        return _sorry("Where should the copy go? Name a folder, or a file that ends in .zip.")
    as_zip = arguments.zip or target.suffix == ".zip"
    target = (
        target.with_name(f"{target.name}.zip") if as_zip and target.suffix != ".zip" else target
    )
    if target.exists():
        return _sorry(f"{target} exists already: name a new place, or remove it first.")
    target.parent.mkdir(parents=True, exist_ok=True)
    onion = (arguments.onion or settings.ONION_URL).rstrip("/")
    _write(target.absolute(), as_zip=as_zip, films=arguments.films, onion=onion)
    print(f"The copy is in {target}.\nIt is signed by the key {fingerprint(public)}.")
    return 0


def _write(target: Path, *, as_zip: bool, films: bool, onion: str) -> None:
    """Make the copy beside its place, and put it there when it is whole."""
    from django.conf import settings
    from django.utils import timezone

    from reflect2protect.core.models import Campaign
    from reflect2protect.publishing.work.export import Edition

    edition = Edition(
        campaign=Campaign.current().hashtag,
        day=timezone.localdate(),
        origin=settings.PUBLIC_URL,
        onion=onion,
        films=films,
    )
    draft = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    try:
        _render(draft, edition)
        if as_zip:
            packed = draft.with_name(f"{draft.name}.zip")
            write_zip(draft, open_parcel(draft).names(), edition.day, packed)
            packed.rename(target)
        else:
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_name(f"{draft.name}.zip").unlink(missing_ok=True)


def _render(draft: Path, edition: "Edition") -> None:
    """Somebody may take hers back meanwhile; then it begins again."""
    from rich.console import Console

    from reflect2protect.config.prepare import progress_bar
    from reflect2protect.publishing.actions import ensure_key, mark_of
    from reflect2protect.publishing.work.export import Restless, make_copy

    for attempt in range(1, TIMES + 1):
        draft.mkdir()
        try:
            with progress_bar(Console(stderr=True), "Copying") as tell:
                make_copy(draft, edition, ensure_key(), mark_of, tell)
            return
        except Restless:
            shutil.rmtree(draft)
            if attempt == TIMES:
                raise


def verify(arguments: argparse.Namespace) -> int:
    """Check that a copy is what the campaign signed; --update takes out who was removed since."""
    from reflect2protect.publishing.work.manifest import verify as look
    from reflect2protect.publishing.work.update import update

    try:
        expected = _expected(arguments.key)
        parcel = open_parcel(arguments.copy)
        if arguments.update:
            found = update(parcel, *_list(arguments.update), expected)
        else:
            found = look(parcel, expected)
    except (Unreadable, OSError) as error:
        return _sorry(str(error))
    return _tell(found, sure=bool(expected))


def _expected(key: str) -> str:
    """What `--key` says, or what stands in the file that it names."""
    if key and Path(key).is_file():
        return Path(key).read_text(encoding="utf-8")
    return key


def _list(place: str) -> tuple[bytes, bytes]:
    """The list of removed people and its signature, from the web or from files side by side."""
    if not place.startswith(("https://", "http://")):
        return Path(place).read_bytes(), Path(f"{place}.sig").read_bytes()
    import httpx

    try:
        body, signature = (
            httpx.get(url, timeout=SECONDS).raise_for_status().content
            for url in (place, f"{place}.sig")
        )
    except httpx.HTTPError as error:
        raise Unreadable(f"{place} cannot be read just now ({error}).") from error
    return body, signature


def _tell(found: "Found", *, sure: bool) -> int:
    for flaw in found.flaws:
        print(flaw)
    if found.flaws:
        print("This is not what the campaign signed: please do not show it, and ask for a new one.")
        return 1
    print(f"{found.campaign}, copy made on {found.day}: every file is as it was signed.")
    if found.removed:
        print(f"People taken out since: {found.removed}.")
    print(f"Signed by the key {found.fingerprint}")
    if not sure:
        print(
            f"Please compare it with {found.origin}/signing-key.txt, or with what the campaign "
            "told you: a copy made by somebody else would have another key."
        )
    return 0


def archive(arguments: argparse.Namespace) -> int:
    """Freeze a campaign that is over: nothing new comes in; withdrawing still works."""
    from reflect2protect.config.prepare import publish
    from reflect2protect.pages.actions import archive_campaign

    day = archive_campaign(reopen=arguments.reopen)
    publish()
    print(f"The campaign stands as it was on {day}." if day else "The campaign goes on.")
    return 0


def _sorry(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _export_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", type=Path, nargs="?", help="a new folder, or a new .zip")
    command.add_argument("--zip", action="store_true", help="one file instead of a folder")
    command.add_argument("--films", action="store_true", help="with the films, for a USB stick")
    command.add_argument("--onion", default="", help="onion address to name (default: ONION_URL)")
    command.add_argument("--show-key", action="store_true", help="show the key that signs copies")


def _verify_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("copy", type=Path, help="folder or zip")
    command.add_argument("--key", default="", help="the key's fingerprint, or signing-key.txt")
    command.add_argument("--update", default="", help="removed.json, as a file or an address")


def _archive_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--reopen", action="store_true", help="let it go on")


ARGUMENTS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "export": _export_arguments,
    "verify": _verify_arguments,
    "archive": _archive_arguments,
}
