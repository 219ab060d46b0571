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


# Mastodon has no single address, so readers choose: a large server, or their own through a
# public hand-over page. Network names are names and stay as they are in every language.
_LINKS = (
    ("x", "X", "https://x.com/intent/post?{text}"),
    ("mastodon-social", "Mastodon (mastodon.social)", "https://mastodon.social/share?{text}"),
    ("mastodon-online", "Mastodon (mastodon.online)", "https://mastodon.online/share?{text}"),
    ("mastodon", "Mastodon (…)", "https://mastodonshare.com/?{text}"),
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
    """A link for each network. On Weibo a hashtag stands between two signs: `#…#`."""
    text = share_text(campaign, url)
    bare = campaign.share_text.format(hashtag=campaign.hashtag, url="").strip()
    weibo = campaign.share_text.format(hashtag=f"{campaign.hashtag}#", url="").strip()

    def query(**values: str) -> str:
        return urlencode(values, quote_via=quote)

    links = []
    for network, label, pattern in _LINKS:
        href = pattern.format(
            text=query(text=bare if network == "telegram" else text),
            url=query(url=url),
            u=query(u=url),
            title=query(title=weibo if network == "weibo" else bare),
            mail=query(subject=campaign.title, body=text),
        )
        links.append(ShareLink(network, label, href))
    return links
