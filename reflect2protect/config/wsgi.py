"""The door for every request that a file cannot answer.

WSGI, not ASGI: Django's ASGI handler writes large bodies to temporary files, and a picture from
the public must never touch the disk before it is laundered (docs/decisions/0003).
"""

import os

from django.core.wsgi import get_wsgi_application

from reflect2protect.core.lifeline import tie_web_process

tie_web_process()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
application = get_wsgi_application()
