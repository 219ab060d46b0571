"""Where figures are kept while a long proof is made, and of which code they speak."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "prove"


def digest(*places: str) -> str:
    """Of the code in these files and folders below the project's root, 16 hexadecimal digits."""
    seen = hashlib.sha256()
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            seen.update(file.read_bytes())
    return seen.hexdigest()[:16]
