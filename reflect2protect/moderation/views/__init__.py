"""The desk: our own pages, under the public site's policy."""

from reflect2protect.moderation.views.cases import case, picture
from reflect2protect.moderation.views.lists import asked, desk, shown
from reflect2protect.moderation.views.paper import paper
from reflect2protect.moderation.views.stops import emergency

__all__ = ["asked", "case", "desk", "emergency", "paper", "picture", "shown"]
