"""Rails: where reflections hang in the order of their approval, twenty-four places to a bucket.

There is one for all of them, one for each area, and one for each language that words are in.
Buckets are what pages of the wall are made of: since a place is never given twice, what leaves one
bucket changes no other.
"""

BUCKET = 24
ALL = "all"
AREA = "area"
LANGUAGE = "language"


def of_area(area_id: int) -> str:
    """The name of an area's rail."""
    return f"{AREA}:{area_id}"


def of_language(slug: str) -> str:
    """The name of a language's rail."""
    return f"{LANGUAGE}:{slug}"


def bucket_of(place: int) -> int:
    """The bucket that a place is in, from 1; 0 for a rail on which nothing hung yet."""
    return (place + BUCKET - 1) // BUCKET


def opens_bucket(place: int) -> bool:
    """Whether this is the first place of its bucket."""
    return bucket_of(place) != bucket_of(place - 1)
