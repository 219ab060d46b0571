"""Requests a second and waiting times, side by side on the same folder in the same run.

Needs `wrk` and `nginx` (Debian packages of these names). The machine is noisy: rounds of all
servers take turns, and what counts are ratios of medians.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.browser.server import ROOT, free_port, prepared, wait_until
from tests.serving.servers import NGINX, ask, front_door, nginx, running

ROUNDS, SECONDS = 5, 3
PAGE = "/en/"
BROWSERS = "gzip, deflate, br, zstd"
PLAIN = """
{user}worker_processes 1; daemon off; pid {place}/plain.pid; error_log /dev/null crit;
events {{ worker_connections 1024; }}
http {{ include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path {place}/t1; proxy_temp_path {place}/t2; fastcgi_temp_path {place}/t3;
  uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;
  server {{ listen 127.0.0.1:{port}; root {place}/public; gzip_static on; }} }}
"""


@contextmanager
def plain_nginx(place: Path) -> Iterator[int]:
    """nginx as its manual would have it, with the compressed copies that lie there."""
    port = free_port()
    conf = place / "plain.conf"
    conf.write_text(
        PLAIN.format(place=place, port=port, user="user root;" if os.getuid() == 0 else "")
    )
    with running([str(NGINX), "-c", str(conf)], port, place):
        yield port


@contextmanager
def rendering(data: Path, place: Path) -> Iterator[int]:
    """Django and Wagtail making the page at each request, under the same server."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--no-ws", "--log-level", "error", "--workers-kill-timeout", "3"]
    command += ["reflect2protect.config.wsgi:application"]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PUBLIC_URL": "http://127.0.0.1"}
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        try:
            wait_until(lambda: _up(port), 60, "Django to answer")
            yield port
        finally:
            process.terminate()


def _up(port: int) -> bool:
    try:
        return ask(port, PAGE).status == 200
    except OSError:
        return False


def load(port: int, connections: int, accepted: str = "gzip") -> tuple[float, float]:
    """Requests a second, and the time within which 99 of 100 were answered (ms)."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency"]
    command += ["-H", f"Accept-Encoding: {accepted}", f"http://127.0.0.1:{port}{PAGE}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    value, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", said)[0]
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def memory(port: int) -> float:
    """Resident megabytes of the process that listens on `port`."""
    table = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout
    found = re.findall(rf":{port}\s.*", table)
    numbers = {int(pid) for line in found for pid in re.findall(r"pid=(\d+)", line)}
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in numbers]
    return max(pages) * os.sysconf("SC_PAGESIZE") / 1e6


def serving() -> dict[str, Any]:
    """The figures of issue 3: ratios of requests a second, p99 at 256 connections, memory."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    with tempfile.TemporaryDirectory() as name, ExitStack() as servers:
        place = Path(name)
        shutil.copytree(data, place / "full")
        shutil.copytree(data / "public", place / "public")
        ours = servers.enter_context(front_door(place))
        ports = {
            "front door": ours,
            "plain nginx": servers.enter_context(plain_nginx(place)),
            "our nginx.conf": servers.enter_context(nginx(place, ours)),
            "Wagtail": servers.enter_context(rendering(place / "full", place)),
        }
        rates: dict[str, list[float]] = {name: [] for name in ports}
        brotli: list[float] = []
        for _ in range(ROUNDS):
            for server, port in ports.items():
                rates[server].append(load(port, 32)[0])
            brotli.append(load(ports["our nginx.conf"], 32, BROWSERS)[0])
        late = {server: load(port, 256)[1] for server, port in ports.items() if server != "Wagtail"}
        for path in sorted((place / "public").rglob("index.html")):
            address = path.relative_to(place / "public").as_posix().removesuffix("index.html")
            ask(ours, f"/{address}", headers={"Accept-Encoding": "br"})
        rate = {server: statistics.median(found) for server, found in rates.items()}
        return {
            "page_bytes": (place / "public/en/index.html.gz").stat().st_size,
            "front_door_requests_a_second": round(rate["front door"]),
            "front_door_of_plain_nginx": round(rate["front door"] / rate["plain nginx"], 2),
            "our_nginx_conf_of_plain_nginx": round(rate["our nginx.conf"] / rate["plain nginx"], 2),
            "our_nginx_conf_as_browsers_ask": round(
                statistics.median(brotli) / rate["plain nginx"], 2
            ),
            "front_door_times_wagtail": round(rate["front door"] / rate["Wagtail"]),
            "p99_ms_at_256_connections": {k: round(v, 1) for k, v in late.items()},
            "memory_mb_after_all_pages": round(memory(ours)),
        }
