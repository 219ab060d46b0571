"""An address for every publication."""

from django.urls import URLPattern, path

from reflect2protect.publishing.registry import publications
from reflect2protect.publishing.views import read


def publication_patterns() -> list[URLPattern]:
    """Routes for all that the rooms publish; call when the apps are ready."""
    return [
        path(
            f"<language:language>/{publication.route}"
            if publication.localised
            else publication.route,
            read,
            {"publication": publication},
            name=publication.name.replace(":", "-"),
        )
        for publication in publications()
    ]
