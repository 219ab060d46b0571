"""Sharing by plain links: each opens a network with the text written, and sends nothing itself."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from reflect2protect.core.render import CampaignView


@dataclass(frozen=True)
class ShareLink:
    """A link to one network's own page for writing a post."""

    network: str
    label: str
    href: str


# Mastodon has no single address: a link for each of a few large servers, since any of them passes
# the post on. Network names are names and stay as they are in every language.
_LINKS = (
    ("x", "X", "https://x.com/intent/post?{text}"),
    ("mastodon-social", "Mastodon: mastodon.social", "https://mastodon.social/share?{text}"),
    ("mastodon-world", "Mastodon: mastodon.world", "https://mastodon.world/share?{text}"),
    ("mastodon-mstdn", "Mastodon: mstdn.social", "https://mstdn.social/share?{text}"),
    ("mastodon-piaille", "Mastodon: piaille.fr", "https://piaille.fr/share?{text}"),
    ("bluesky", "Bluesky", "https://bsky.app/intent/compose?{text}"),
    ("whatsapp", "WhatsApp", "https://wa.me/?{text}"),
    ("telegram", "Telegram", "https://t.me/share/url?{url}&{text}"),
    ("facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php?{u}"),
    ("linkedin", "LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?{url}"),
    ("weibo", "微博 Weibo", "https://service.weibo.com/share/share.php?{url}&{title}"),
    ("vk", "VK", "https://vk.com/share.php?{url}&{title}"),
    ("email", "E-mail", "mailto:?{mail}"),
)


def share_text(campaign: CampaignView, url: str) -> str:
    """The campaign's text for sharing, with its hashtag and the address of a page."""
    return campaign.share_text.format(hashtag=campaign.hashtag, url=url)


def share_links(campaign: CampaignView, url: str) -> list[ShareLink]:
    """A link for each of the campaign's networks, in its order.

    On Weibo a hashtag stands between two signs: `#…#`.
    """
    text = share_text(campaign, url)
    bare = campaign.share_text.format(hashtag=campaign.hashtag, url="").strip()
    weibo = campaign.share_text.format(hashtag=f"{campaign.hashtag}#", url="").strip()

    def query(**values: str) -> str:
        return urlencode(values, quote_via=quote)

    links = []
    order = campaign.networks
    chosen = [link for link in _LINKS if link[0].split("-")[0] in order]
    for network, label, pattern in sorted(chosen, key=lambda x: order.index(x[0].split("-")[0])):
        href = pattern.format(
            text=query(text=bare if network == "telegram" else text),
            url=query(url=url),
            u=query(u=url),
            title=query(title=weibo if network == "weibo" else bare),
            mail=query(subject=campaign.title, body=text),
        )
        links.append(ShareLink(network, label, href))
    return links
