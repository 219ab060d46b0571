"""A flood, posted through the real front door: where honest people then stand at the desk."""

import http.client
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.browser.conftest import EVERY_READING, Record
from tests.browser.server import copied
from tests.crash.kills import ask

SPAM, HONEST = (10_000, 100) if EVERY_READING else (400, 20)
PLACES = 40  # that the spam comes from
AT_ONCE = 8
SEED = 20150204


def arriving() -> list[tuple[str, str]]:
    """Addresses, and a country by which the honest can be told afterwards; in any order."""
    spam = [(f"9.9.9.{number % PLACES}", "") for number in range(SPAM)]
    honest = [(f"8.8.{number // 200}.{number % 200}", "FR") for number in range(HONEST)]
    people = spam + honest
    random.Random(SEED).shuffle(people)
    return people


def post(url: str, people: list[tuple[int, tuple[str, str]]]) -> list[tuple[str, int]]:
    """Send one form for each, over one connection: countries, and how each was answered."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    answered = []
    for number, (address, country) in people:
        form = {"seen": "words", "words": f"We hold door {number} open.", "country": country}
        told = {"X-Forwarded-For": address, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form | {"age_ok": "on", "consent_wall": "on", "once": f"{number}"})
        line.request("POST", "/en/participate/", body, told)
        answer = line.getresponse()
        answer.read()
        answered.append((country, answer.status))
    line.close()
    return answered


def test_a_hundred_people_stand_before_ten_thousand_posts(
    prepared_data: Path, tmp_path: Path, record_property: Record
) -> None:
    people = list(enumerate(arriving()))
    with copied(prepared_data, tmp_path, {"PROXIES": "127.0.0.1"}) as server:
        ((before,),) = ask(server, "select max(id) from submissions_submission")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            lines = [people[start::AT_ONCE] for start in range(AT_ONCE)]
            answered = [
                one for some in pool.map(post, [server.url] * AT_ONCE, lines) for one in some
            ]
        # As the desk reads (moderation.work.queue).
        queue = ask(
            server,
            "select country from submissions_submission where id > ? and state = 'waiting' "
            "order by turn, id",
            str(before),
        )
    assert {status for country, status in answered if country} == {200}
    refused = sum(status == 429 for _, status in answered)
    assert sum(status == 200 for _, status in answered) == len(queue) == len(people) - refused
    standing = [place for place, (country,) in enumerate(queue, 1) if country]
    record_property("spam_posted", SPAM)
    record_property("spam_refused_above_the_limit", refused)
    record_property("last_of_100_honest_who_posted_too", standing[-1])
    assert standing[-1] <= HONEST + PLACES
