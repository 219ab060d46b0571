"""The headers that protect a reader: one place, for Django's answers and for plain files."""

from django.conf import settings

# Where whoever leaves quickly is sent: a page that says nothing of her.
ELSEWHERE = "https://worldweather.wmo.int/"
# On an answer that its reader may need again in a while: for the front door (config.answers).
LASTING = "X-Lasting"
PERMISSIONS = "camera=(self), geolocation=(), microphone=(), interest-cohort=()"


def protection() -> dict[str, str]:
    """Headers that every answer carries, whoever gives it."""
    headers = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        )
    return headers


def content_policy() -> str:
    """What a public page may load and run, in the order of the settings: always the same text."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
