"""What the campaign knows of the copies it gave away: its key, and who was removed since."""

from pathlib import Path

from django.conf import settings
from nacl.signing import SigningKey

from reflect2protect.core.models import Campaign
from reflect2protect.publishing.models import Exported
from reflect2protect.publishing.work.removal import list_of
from reflect2protect.publishing.work.signing import read_key

# The topic of changes to the key and to the list.
COPIES = "copies"


def key_path() -> Path:
    """Where a key lies that no setting gives."""
    return Path(settings.DATA_DIR / "keys" / "export.key")


def campaign_key() -> SigningKey | None:
    """The campaign's signing key, if it has one yet. Raises BadKey."""
    return read_key(settings.EXPORT_KEY, key_path())


def removed_list() -> bytes:
    """`/removed.json` as it is now."""
    marks = Exported.objects.exclude(removed=None).values_list("mark", flat=True)
    return list_of(marks, Campaign.current().hashtag)
