"""Turning a bundle's Markdown into the rich text that Wagtail stores."""

from markdown_it import MarkdownIt

# Raw HTML in a bundle is shown as text: a bundle may come from anybody.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def rich_text(markdown: str) -> str:
    """HTML of paragraphs, lists, bold and links, without line ends between or inside them."""
    html = _MARKDOWN.render(markdown.strip())
    html = html.replace("<strong>", "<b>").replace("</strong>", "</b>")
    return " ".join(html.split()).replace("> <", "><")
