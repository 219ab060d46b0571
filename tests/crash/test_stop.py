"""The emergency stop of a campaign that runs, while its worker hangs: pressed in a browser's way,
read by its readers."""

import re
import time
from pathlib import Path

import httpx

from tests.browser.server import Server, copied, wait_until
from tests.crash.kills import held

PAGE = "/staff/desk/stop/"
# Once the button has answered. The promise is five seconds in all, on a machine that is not busy.
SECONDS = 5


class Staff:
    """Somebody of the staff, signed in."""

    def __init__(self, server: Server, role: str) -> None:
        account = server.account(role)
        limits = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.Client(
            base_url=server.url, timeout=30, follow_redirects=True, limits=limits
        )
        self.post("/staff/login/", username=account.username, password=account.password, next=PAGE)

    def post(self, path: str, **fields: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.client.get(path).text)
        assert found
        answer = self.client.post(path, data={"csrfmiddlewaretoken": found[1], **fields})
        assert answer.status_code == 200, answer.status_code
        return answer.text


def addresses(server: Server, *patterns: str) -> list[str]:
    """What a reader can open now, of the files that match."""
    root = server.data / "public"
    found = {path for pattern in patterns for path in root.glob(pattern)}
    files = (f"/{path.relative_to(root).as_posix()}" for path in found if path.is_file())
    return sorted(
        f.removesuffix("index.html") for f in files if not f.endswith((".br", ".gz", ".zst"))
    )


def shown(server: Server, paths: list[str], words: str) -> list[str]:
    """Those that still answer with something else than the calm page, or nothing."""
    left = []
    with httpx.Client(base_url=server.url, timeout=20) as reader:
        for path in paths:
            answer = reader.get(path)
            if answer.status_code != 404 and words not in answer.text:
                left.append(path)
    return left


def test_one_press_takes_everybody_off_the_wall_while_the_worker_hangs(
    prepared_data: Path, tmp_path: Path
) -> None:
    with copied(prepared_data, tmp_path) as server:
        wall = addresses(server, "*/wall/**/*", "wall/*", "pictures/**/*")
        ids = {
            match[1] for path in wall if (match := re.fullmatch(r"/en/wall/(example-\w+)/", path))
        }
        fronts = [*addresses(server, "*/index.html", "*/areas/*/index.html")]
        assert len(ids) > 5
        mod, officer = Staff(server, "moderator"), Staff(server, "protection")
        with held(server.data, "reflect2protect worker"):
            begun = time.monotonic()
            mod.post(PAGE, action="stop", scope="wall")
            print(f"the button answered after {time.monotonic() - begun:.2f} s")
            wait_until(lambda: not shown(server, wall, "oops resting"), SECONDS, "a calm wall")
            pages = "".join(server.get(path) for path in fronts)
            assert not [name for name in ids if name in pages]
            begun = time.monotonic()
            mod.post(PAGE, action="stop", scope="everything")
            print(f"and after {time.monotonic() - begun:.2f} s for everything")
            everything = ["/", "/ar/", "/fr/films/", "/zh-hans/about/", "/sitemap.xml"]
            wait_until(lambda: not shown(server, everything, "oops resting"), SECONDS, "calm")
            for path in everything:
                answer = httpx.get(f"{server.url}{path}")
                assert "oops resting" in answer.text, path
            assert "oops resting" not in server.get("/ar/my-reflection/")
        aside = server.data / "public-aside" / "held"
        wait_until(lambda: not list(aside.glob("*/*")), 60, "the worker to delete what lay aside")
        mod.post(PAGE, action="ask", stop="1")
        officer.post(PAGE, action="reopen", stop="1")
        mod.post(PAGE, action="ask", stop="2")
        officer.post(PAGE, action="reopen", stop="2")
        wait_until(
            lambda: addresses(server, "*/wall/**/*", "wall/*", "pictures/**/*") == wall,
            120,
            "the worker to make the wall again",
        )
