"""A cache in front of the site (a CDN, Varnish, nginx): it is told which addresses to forget."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

import httpx
from django.conf import settings

from reflect2protect.publishing.models import Trouble
from reflect2protect.publishing.work.channels import Untaken
from reflect2protect.publishing.work.headers import Headers
from reflect2protect.publishing.work.places import address_of

# It has no such page: as good as forgotten.
ABSENT = frozenset({404, 410})
# The request as such is wrong here, whatever the file.
REFUSING = frozenset({401, 403, 405, 501})


class Cdn:
    """Speaks to one cache. A redirect is no answer, and no proxy is taken from the environment."""

    def __init__(self, url: str, method: str, token: str) -> None:
        self._url = url
        self._method = method
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(
                settings.CHANNEL_READ_SECONDS, connect=settings.CHANNEL_CONNECT_SECONDS
            ),
            follow_redirects=False,
            trust_env=False,
        )

    @classmethod
    def at(cls, told: Mapping[str, str]) -> "Cdn":
        """The cache that the settings name."""
        return cls(told["url"], told["method"], told["token"])

    def put(self, file: str, body: bytes, headers: Headers) -> None:
        """Have the cache forget a file, so that it fetches it anew. Raises Untaken."""
        self.remove(file)

    def remove(self, file: str) -> None:
        """Have the cache forget a file, under every name that it may have. Raises Untaken."""
        for address in sorted({address_of(file), f"/{file}"}):
            self._purge(address)

    def _purge(self, address: str) -> None:
        try:
            status = self._client.request(self._method, self._url + quote(address)).status_code
        except httpx.HTTPError as error:
            raise Untaken(Trouble.AWAY) from error
        if status in REFUSING:
            raise Untaken(Trouble.REFUSED)
        if not 200 <= status < 300 and status not in ABSENT:
            raise Untaken(Trouble.AWAY)

    def files(self) -> Iterator[str]:
        """Nothing: a cache does not tell what it holds."""
        return iter(())

    def reach(self) -> None:
        """Nothing: a cache has no question without an effect."""

    def close(self) -> None:
        """Give up its connections."""
        self._client.close()
