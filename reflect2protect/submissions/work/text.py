"""Plain text from the public: what a line of words may hold."""

import unicodedata

# Embeddings and overrides can make a sentence read as another; marks and isolates cannot.
BIDI_TRICKS = frozenset("\u202a\u202b\u202c\u202d\u202e")
# Also what Arabic and Khmer keyboards type: the Arabic letter mark, and a space without width.
KEPT = frozenset("\n\u061c\u200b\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f")

# Soft hyphens, joiners of words, marks of byte order, and the tags behind flags.
UNSEEN = dict.fromkeys((0xAD, 0x2060, 0xFEFF, *range(0xE0020, 0xE0080)))

# Letters and spaces that show nothing: words of these alone are none.
EMPTY = KEPT | frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

# Blocks of emoji, to which Unicode adds some every year: newer ones than Python knows are no trick.
EMOJI = range(0x1F300, 0x1FB00)


class HiddenCharacters(ValueError):
    """The text holds characters that cannot be seen and could mislead or break something."""


def clean(text: str, *, lines: bool) -> str:
    """`text` in NFC, trimmed, with plain line ends (or none, unless `lines`). What a paste brings
    along unseen and nobody would miss is left out.

    Raises HiddenCharacters for control characters, bidirectional overrides, lone surrogates,
    unassigned code points and invisible formatting that no language of ours needs.
    """
    text = unicodedata.normalize("NFC", text.translate(UNSEEN))
    for ending in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(ending, "\n")
    text = text.replace("\t", " ")
    if not lines:
        text = " ".join(text.split("\n"))
    for letter in text:
        hidden = unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}
        if letter in BIDI_TRICKS or (hidden and letter not in KEPT and ord(letter) not in EMOJI):
            raise HiddenCharacters
    return "" if all(letter in EMPTY or letter.isspace() for letter in text) else text.strip()
