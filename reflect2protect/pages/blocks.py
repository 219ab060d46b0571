"""The few kinds of block that a page's own text is made of."""

from wagtail import blocks

FEATURES = ["bold", "link", "ul", "ol"]


class EntryBlock(blocks.StructBlock):
    """A term and what is said of it."""

    term = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock()


class TimeBlock(blocks.StructBlock):
    """Something to do, by the time it takes."""

    number = blocks.CharBlock(max_length=4)
    unit = blocks.CharBlock(max_length=40)
    title = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock()


class BodyBlock(blocks.StreamBlock):
    """Headings, paragraphs, ledgers and notes."""

    heading = blocks.CharBlock(max_length=200)
    text = blocks.RichTextBlock(features=FEATURES)
    ledger = blocks.ListBlock(EntryBlock())
    note = blocks.TextBlock()


class LinesBlock(blocks.StreamBlock):
    """Single lines, read one after the other."""

    line = blocks.CharBlock(max_length=200)


class EntriesBlock(blocks.StreamBlock):
    """Terms and promises."""

    entry = EntryBlock()


class TimesBlock(blocks.StreamBlock):
    """Things to do."""

    time = TimeBlock()
