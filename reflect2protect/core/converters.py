"""Reading a language from an address."""

from django.urls import register_converter

from reflect2protect.core.languages import LANGUAGES, Language


class LanguageConverter:
    """`/<language:language>/` in a route, as a Language."""

    regex = "|".join(LANGUAGES)

    def to_python(self, value: str) -> Language:
        """The language with this slug."""
        return LANGUAGES[value]

    def to_url(self, value: Language | str) -> str:
        """The slug of a language."""
        return value if isinstance(value, str) else value.slug


class PictureFileConverter:
    """The name of one size of a picture, as in `640.webp`; nothing else is a file's name."""

    regex = r"(?:320|640|1280)\.(?:webp|jpg)"

    def to_python(self, value: str) -> str:
        """The name as it is."""
        return value

    def to_url(self, value: str) -> str:
        """The name as it is."""
        return value


def register() -> None:
    """Make the converters known to Django."""
    register_converter(LanguageConverter, "language")
    register_converter(PictureFileConverter, "picture_file")
