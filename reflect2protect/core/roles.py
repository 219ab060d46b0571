"""The roles of staff. A role is a Django group; what it may do is decided in the rooms' actions."""

EDITOR = "editor"
MODERATOR = "moderator"
PROTECTION_OFFICER = "protection officer"

ROLES = (EDITOR, MODERATOR, PROTECTION_OFFICER)
