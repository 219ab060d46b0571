"""Sharing is a plain link for each network: the text, the hashtag, the address, nothing else."""

from urllib.parse import parse_qs, urlsplit

import pytest

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Campaign
from reflect2protect.core.render import campaign_view
from reflect2protect.core.share import share_links, share_text

pytestmark = pytest.mark.django_db

URL = "http://127.0.0.1:8000/ar/films/health/?a=1&b=2"
NETWORKS = [
    "x", "mastodon", "bluesky", "whatsapp", "telegram", "facebook", "linkedin", "weibo", "vk",
    "email",
]  # fmt: skip
# Which of them take one text with the address in it.
WHOLE_TEXT = ("x", "mastodon", "bluesky", "whatsapp")


@pytest.mark.parametrize("slug", LANGUAGES)
def test_every_network_gets_the_text_and_the_address_whole(slug: str) -> None:
    campaign = campaign_view(LANGUAGES[slug])
    links = share_links(campaign, URL)
    families = [link.network.split("-")[0] for link in links]
    assert list(dict.fromkeys(families)) == NETWORKS
    assert families.count("mastodon") > 1, "a choice of server"
    text = share_text(campaign, URL)
    assert campaign.hashtag in text
    assert URL in text
    told = {link.network: parse_qs(urlsplit(link.href).query) for link in links}
    for network in told:
        if network.split("-")[0] in WHOLE_TEXT:
            assert told[network] == {"text": [text]}, network
    bare = text.replace(URL, "").strip()
    assert told["telegram"] == {"url": [URL], "text": [bare]}
    assert told["facebook"] == {"u": [URL]}
    assert told["linkedin"] == {"url": [URL]}
    assert told["vk"] == {"url": [URL], "title": [bare]}
    weibo = bare.replace(campaign.hashtag, f"{campaign.hashtag}#")
    assert told["weibo"] == {"url": [URL], "title": [weibo]}
    assert told["email"] == {"subject": [campaign.title], "body": [text]}


def test_links_lead_to_the_networks_over_an_encrypted_line() -> None:
    for link in share_links(campaign_view(LANGUAGES["en"]), URL):
        assert link.href.startswith("mailto:?" if link.network == "email" else "https://")
        assert " " not in link.href
        assert "+" not in urlsplit(link.href).query


def test_a_campaign_chooses_its_networks_and_their_order() -> None:
    Campaign.objects.update(networks=["email", "mastodon", "x"])
    links = share_links(campaign_view(LANGUAGES["en"]), URL)
    families = [link.network.split("-")[0] for link in links]
    assert list(dict.fromkeys(families)) == ["email", "mastodon", "x"]
