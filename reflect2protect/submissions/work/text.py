"""Plain text from the public: what a line of words may hold."""

import unicodedata

# Embeddings and overrides can make a sentence read as another; marks and isolates cannot.
BIDI_TRICKS = frozenset("\u202a\u202b\u202c\u202d\u202e")
KEPT = frozenset("\n\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f")

# Blocks of emoji, to which Unicode adds some every year: newer ones than Python knows are no trick.
EMOJI = range(0x1F300, 0x1FB00)


class HiddenCharacters(ValueError):
    """The text holds characters that cannot be seen and could mislead or break something."""


def clean(text: str, *, lines: bool) -> str:
    """`text` in NFC, trimmed, with plain line ends (or none, unless `lines`).

    Raises HiddenCharacters for control characters, bidirectional overrides, lone surrogates,
    unassigned code points and invisible formatting that no language of ours needs.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        text = " ".join(text.split("\n"))
    for letter in text:
        hidden = unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}
        if letter in BIDI_TRICKS or (hidden and letter not in KEPT and ord(letter) not in EMOJI):
            raise HiddenCharacters
    return text.strip()
