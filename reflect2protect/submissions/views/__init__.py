"""What a person sends is answered here; the empty forms are published files."""

from reflect2protect.submissions.views.mine import my_reflection
from reflect2protect.submissions.views.participate import participate

__all__ = ["my_reflection", "participate"]
