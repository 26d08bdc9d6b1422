"""Fetching from the web: against a real server on loopback, and refusals of all that is not the public web."""

import gzip
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import time
import zlib

import pytest
from loopback import Site

pytest.importorskip("httpx")

from selon.errors import InputError
from selon.pages.web import USER_AGENT, Fetcher, Validators
from selon.pages.web.addresses import refusal
from selon.pages.web.network import GuardedBackend
from selon.pages.web.robots import Politeness


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def fetcher():
    with Fetcher(allow_private=True, min_delay=0, timeout=10) as fetcher:
        yield fetcher


def reason(fetcher, url):
    with pytest.raises(InputError) as caught:
        fetcher.fetch(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def names(monkeypatch, answers):
    """Let host names resolve to the given addresses, one list of them after the other; return the names asked."""
    asked = []
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **more):
        if host not in answers:
            return real(host, port, *args, **more)
        asked.append(host)
        left = answers[host]
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


# what comes back


def test_a_page_comes_with_its_type_encoding_and_address(site, fetcher):
    site.pages["/a"] = (200, {"Content-Type": "Text/HTML; charset=ISO-8859-1", "ETag": '"1"'}, b"\xe9t\xe9")
    got = fetcher.fetch(f"{site.url}/a#part")
    assert (got.status, got.content_type, got.charset, got.body) == (200, "text/html", "iso-8859-1", b"\xe9t\xe9")
    assert (got.final_url, got.etag, got.last_modified, got.not_modified) == (f"{site.url}/a", '"1"', None, False)


def test_we_say_who_we_are_and_keep_no_cookies(site, fetcher):
    site.html("/a", "one", **{"Set-Cookie": "id=7"})
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/a")
    for _, headers in site.asked:
        assert headers["User-Agent"] == USER_AGENT
        assert USER_AGENT.endswith("(+https://github.com/selon/selon)")
        assert "Cookie" not in headers


def test_an_unchanged_page_is_not_sent_again(site, fetcher):
    def page(handler):
        same = handler.headers["If-None-Match"] == '"7"' and handler.headers["If-Modified-Since"] == "yesterday"
        return (304, {}, b"") if same else (200, {"ETag": '"7"', "Last-Modified": "yesterday"}, b"news")

    site.pages["/feed"] = page
    first = fetcher.fetch(f"{site.url}/feed")
    second = fetcher.fetch(f"{site.url}/feed", validators=first.validators)
    assert (first.body, first.not_modified) == (b"news", False)
    assert (second.body, second.not_modified, second.status) == (b"", True, 304)
    elsewhere = Validators('"7"', "yesterday", "http://other.example/feed")
    assert fetcher.fetch(f"{site.url}/feed", validators=elsewhere).body == b"news"


def test_304_without_our_asking_is_an_error(site, fetcher):
    site.pages["/a"] = (304, {}, b"")
    assert "304" in reason(fetcher, f"{site.url}/a")


@pytest.mark.parametrize("status", [404, 410, 500, 503, 999])
def test_errors_of_the_server_are_named(site, fetcher, status):
    site.pages["/a"] = (status, {}, b"sorry")
    assert reason(fetcher, f"{site.url}/a").startswith(f"{site.url}/a: the server answered {status}")


def test_what_cannot_be_reached_is_named(fetcher):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert "cannot be reached" in reason(fetcher, f"http://127.0.0.1:{port}/a")


# redirects


def test_redirects_are_followed(site, fetcher):
    site.pages["/a"] = (301, {"Location": "b?x=1"}, b"")
    site.pages["/b?x=1"] = (302, {"Location": f"{site.url}/c"}, b"")
    site.html("/c", "here")
    got = fetcher.fetch(f"{site.url}/a")
    assert (got.url, got.final_url, got.body) == (f"{site.url}/a", f"{site.url}/c", b"here")


def test_redirects_in_a_circle_end(site, fetcher):
    site.pages["/a"] = (302, {"Location": "/b"}, b"")
    site.pages["/b"] = (302, {"Location": "/a"}, b"")
    assert "circle" in reason(fetcher, f"{site.url}/a")


def test_endless_redirects_end(site, fetcher):
    class Endless(dict):
        def get(self, path, default=None):
            return default if path == "/robots.txt" else (302, {"Location": f"{path}x"}, b"")

    site.pages = Endless()
    assert "more than 10 redirects" in reason(fetcher, f"{site.url}/a")
    assert len(site.paths()) == 11


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "javascript:1", "gopher://x/"])
def test_a_redirect_to_another_scheme_is_refused(site, fetcher, target):
    site.pages["/a"] = (302, {"Location": target}, b"")
    assert "neither an http nor an https address" in reason(fetcher, f"{site.url}/a")


def test_a_redirect_to_a_private_address_is_refused(site, monkeypatch):
    # the first hop plays a public host; the guard itself is the real one
    monkeypatch.setattr("selon.pages.web.network.refusal", lambda a: None if str(a) == "127.0.0.1" else refusal(a))
    with Fetcher(min_delay=0, timeout=10) as fetcher:
        for target in ("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::ffff:127.0.0.2]/"):
            site.pages["/a"] = (302, {"Location": target}, b"")
            message = reason(fetcher, f"{site.url}/a")
            assert f"{site.url}/a: leads to {target}" in message
            assert "not on the public internet" in message


def test_robots_are_asked_again_on_every_hop(site, fetcher):
    with Site() as other:
        site.pages["/a"] = (302, {"Location": f"{other.url}/private/b"}, b"")
        other.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private/\n")
        other.html("/private/b", "secret")
        assert "robots.txt" in reason(fetcher, f"{site.url}/a")
        assert other.paths() == []


# addresses


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "data:text/html,a", "example.org/a", "", "http://", "http:///a",
     "http://0177.0.0.1/", "http://[::1/", "http://a b/", "http://example.org:99999/", "http://x/\x00", "x" * 9000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(fetcher, url):
    assert len(reason(fetcher, url)) < 400


@pytest.mark.parametrize("url", ["http://ann:secret@127.0.0.1:{}/a", "http://ann@127.0.0.1:{}/a"])
def test_addresses_with_credentials_are_refused_and_not_shown(site, fetcher, url):
    message = reason(fetcher, url.format(site.port))
    assert "user name or password" in message
    assert "ann" not in message
    site.pages["/a"] = (302, {"Location": url.format(site.port)}, b"")
    assert "ann" not in reason(fetcher, f"{site.url}/a")
    assert all("Authorization" not in headers for _, headers in site.asked)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.9.9.9", "localhost", "2130706433", "0x7f000001", "017700000001", "127.1", "0",
     "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1",
     "255.255.255.255", "168.63.129.16", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[2002:7f00:1::]",
     "[::127.0.0.1]", "[fec0::1]", "[2001:db8::1]", "[3fff::1]"],
)  # fmt: skip
def test_addresses_off_the_public_internet_are_refused(host, monkeypatch):
    monkeypatch.setattr(GuardedBackend, "_connect", lambda *_: pytest.fail("connected"))
    with Fetcher(min_delay=0, timeout=5) as fetcher:
        message = reason(fetcher, f"http://{host}:8080/")
    assert message.startswith(f"http://{host}:8080/: ")
    assert "not on the public internet" in message, message


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909", "::ffff:9.9.9.9"])
def test_public_addresses_pass(address):
    assert refusal(ipaddress.ip_address(address)) is None


def test_private_addresses_are_fetched_from_where_that_is_allowed(fetcher):
    try:
        site = Site("::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with site:
        site.html("/a", "six")
        assert fetcher.fetch(f"http://[::1]:{site.port}/a").body == b"six"


def test_one_private_answer_among_public_ones_is_enough_to_refuse(monkeypatch):
    names(monkeypatch, {"news.example": [["9.9.9.9", "10.0.0.1"]]})
    monkeypatch.setattr(GuardedBackend, "_connect", lambda *_: pytest.fail("connected"))
    with Fetcher(timeout=5) as fetcher:
        assert "news.example is 10.0.0.1" in reason(fetcher, "http://news.example/")


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(monkeypatch):
    asked = names(monkeypatch, {"news.example": [["9.9.9.9"], ["127.0.0.1"]]})
    connected = []

    def connect(self, family, place, timeout):
        connected.append(place)  # nothing outside may be contacted here
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(GuardedBackend, "_connect", connect)
    with Fetcher(timeout=5) as fetcher:
        assert "cannot be reached" in reason(fetcher, "http://news.example/")
    assert connected == [("9.9.9.9", 80)]
    assert asked == ["news.example"]


def test_the_connection_goes_to_the_address_that_was_checked(site, monkeypatch):
    # on two loopback addresses: each connection takes the one answer it got, and asks once
    with Site("127.0.0.2", site.port) as other:
        asked = names(monkeypatch, {"news.example": [["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]]})
        site.html("/a", "checked")
        other.html("/a", "rebound")
        with Fetcher(allow_private=True, min_delay=0) as fetcher:
            assert fetcher.fetch(f"http://news.example:{site.port}/a").body == b"checked"
        assert len(asked) == len(site.asked) == 2
        assert other.asked == []
        assert site.asked[0][1]["Host"] == f"news.example:{site.port}"


def test_the_next_address_is_tried_where_one_does_not_answer(site, monkeypatch):
    names(monkeypatch, {"news.example": [["127.0.0.3", "127.0.0.1"]]})
    site.html("/a", "second")
    with Fetcher(allow_private=True, min_delay=0) as fetcher:
        assert fetcher.fetch(f"http://news.example:{site.port}/a").body == b"second"


def test_certificates_are_checked_for_the_name_though_the_connection_goes_to_an_address(tmp_path, monkeypatch):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example", "-out", certificate, "-keyout",
             key],
            check=True, capture_output=True, timeout=30,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("no openssl here")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    named = []
    server.sni_callback = lambda _, name, __: named.append(name)
    names(monkeypatch, {"news.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    with (
        Site(ssl_context=server) as site,
        Fetcher(
            allow_private=True, min_delay=0, timeout=10, ssl_context=ssl.create_default_context(cafile=certificate)
        ) as fetcher,
    ):
        site.html("/a", "safe")
        assert fetcher.fetch(f"https://news.example:{site.port}/a").body == b"safe"
        assert set(named) == {"news.example"}
        assert "certificate" in reason(fetcher, f"https://other.example:{site.port}/a")
        with Fetcher(allow_private=True, timeout=10) as strict:
            assert "certificate" in reason(strict, f"https://news.example:{site.port}/a")


def test_proxies_of_the_environment_are_not_used(site, fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    site.html("/a", "direct")
    with Fetcher(allow_private=True, min_delay=0) as fetcher:
        assert fetcher.fetch(f"{site.url}/a").body == b"direct"


# size and time


def limited(**more):
    return Fetcher(allow_private=True, min_delay=0, max_bytes=100_000, **more)


def test_a_body_announced_as_too_large_is_not_read(site):
    site.pages["/a"] = (200, {"Content-Length": "100001"}, b"")
    with limited() as fetcher:
        assert "larger than 100 kB" in reason(fetcher, f"{site.url}/a")


def test_a_body_that_grows_too_large_is_cut(site):
    def page(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)

    site.pages["/a"] = page
    with limited() as fetcher:
        assert "larger than 100 kB" in reason(fetcher, f"{site.url}/a")


@pytest.mark.parametrize("body", [b"x" * 99_999, b"x" * 100_000])
def test_the_limit_itself_is_allowed(site, body):
    site.pages["/plain"] = (200, {}, body)
    site.pages["/gzip"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(body))
    with limited() as fetcher:
        assert fetcher.fetch(f"{site.url}/plain").body == body
        assert fetcher.fetch(f"{site.url}/gzip").body == body


def raw_deflate(data):
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(data) + squeeze.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"news" * 99)),
        ("x-gzip, identity", gzip.compress(b"news" * 99)),
        ("gzip", gzip.compress(b"news" * 50) + gzip.compress(b"news" * 49) + b"\0\0"),
        ("deflate", zlib.compress(b"news" * 99)),
        ("deflate", raw_deflate(b"news" * 99)),
    ],
)
def test_compressed_pages_are_decompressed(site, fetcher, encoding, body):
    site.pages["/a"] = (200, {"Content-Encoding": encoding}, body)
    assert fetcher.fetch(f"{site.url}/a").body == b"news" * 99


def test_a_compressed_bomb_is_refused_before_it_fills_the_memory(site):
    bomb = gzip.compress(bytes(200_000_000), 1)
    site.html("/", "warm")
    site.pages["/gzip"] = (200, {"Content-Encoding": "gzip"}, bomb)
    site.pages["/twice"] = (200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(bomb))
    site.pages["/deflate"] = (200, {"Content-Encoding": "deflate"}, zlib.compress(bytes(50_000_000)))
    code = f"""
import resource
from selon.errors import InputError
from selon.pages.web import Fetcher
with Fetcher(allow_private=True, min_delay=0) as fetcher:
    fetcher.fetch("{site.url}/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in ("gzip", "twice", "deflate"):
        try:
            fetcher.fetch("{site.url}/" + path)
        except InputError as error:
            print(error)
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    once, twice, deflated, grown = done.stdout.splitlines()
    assert "larger than 10 MB when decompressed" in once
    assert "not asked for" in twice
    assert "larger than 10 MB when decompressed" in deflated
    assert int(grown) < 40, "megabytes"


@pytest.mark.parametrize(
    ("encoding", "body", "message"),
    [
        ("gzip", gzip.compress(b"news" * 99)[:-20], "end too early"),
        ("gzip", b"no gzip at all", "damaged"),
        ("br", b"\x0b\x02\x80news\x03", "not asked for"),
    ],
)
def test_damaged_and_unknown_compression_is_refused(site, fetcher, encoding, body, message):
    site.pages["/a"] = (200, {"Content-Encoding": encoding}, body)
    assert message in reason(fetcher, f"{site.url}/a")


def drip(start):
    def page(handler):
        handler.wfile.write(start)
        for _ in range(200):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    return page


@pytest.mark.parametrize(
    "start", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["body", "head"]
)
def test_a_server_that_drips_is_cut_by_the_deadline(site, start):
    site.pages["/a"] = drip(start)
    with limited(timeout=0.6) as fetcher:
        began = time.monotonic()
        assert "longer than 0.6 seconds" in reason(fetcher, f"{site.url}/a")
        assert time.monotonic() - began < 1.5


def test_a_robots_txt_that_drips_is_cut_as_well(site):
    site.pages["/robots.txt"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    with limited(timeout=0.5) as fetcher:
        assert "longer than 0.5 seconds" in reason(fetcher, f"{site.url}/a")


def test_a_server_that_says_nothing_and_a_slow_resolver_are_cut(monkeypatch):
    with socket.socket() as silent, limited(timeout=0.4) as fetcher:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        message = reason(fetcher, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert "longer than" in message or "stopped sending" in message
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
    with limited(timeout=0.3) as fetcher:
        began = time.monotonic()
        assert "longer than 0.3 seconds" in reason(fetcher, "http://slow.example/")
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 302 Found\r\nLocation: http://[bad/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a b\xff/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_answers_that_are_no_http_are_errors(site, fetcher, answer):
    site.pages["/a"] = lambda handler: handler.wfile.write(answer) and None
    assert reason(fetcher, f"{site.url}/a").startswith(f"{site.url}/a: ")


# robots.txt and politeness


def test_robots_txt_is_obeyed_and_asked_for_once(site, fetcher):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: Selon\nDisallow: /no\n\nUser-agent: *\nDisallow: /\n")
    site.html("/yes", "yes")
    site.html("/no", "no")
    assert fetcher.fetch(f"{site.url}/yes").body == b"yes"
    assert "does not allow it" in reason(fetcher, f"{site.url}/no")
    assert "does not allow it" in reason(fetcher, f"{site.url}/%6Eo")
    assert [path for path, _ in site.asked] == ["/robots.txt", "/yes"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_host_without_robots_txt_allows_everything(site, fetcher, status):
    site.pages["/robots.txt"] = (status, {}, b"")
    site.html("/a", "yes")
    assert fetcher.fetch(f"{site.url}/a").body == b"yes"


def test_a_host_whose_robots_txt_fails_allows_nothing_for_now(site, fetcher):
    site.html("/a", "yes")
    for broken in ((500, {}, b""), (503, {}, b""), (200, {"Content-Encoding": "gzip"}, b"junk")):
        site.pages["/robots.txt"] = broken
        with limited() as fetcher:
            assert "robots.txt" in reason(fetcher, f"{site.url}/a")
    assert site.paths() == []


def test_robots_txt_may_be_somewhere_else_and_very_long(site, fetcher):
    site.pages["/robots.txt"] = (301, {"Location": "/rules"}, b"")
    site.pages["/rules"] = (200, {}, b"User-agent: *\nDisallow: /no\n" + b"# hello\n" * 200_000)
    site.html("/yes", "yes")
    assert fetcher.fetch(f"{site.url}/yes").body == b"yes"
    assert "does not allow it" in reason(fetcher, f"{site.url}/no")


def test_a_hostile_robots_txt_does_not_keep_us_busy(site, fetcher):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /" + b"a*" * 3000 + b"b\n")
    site.html("/" + "a" * 6000, "yes")
    began = time.monotonic()
    assert fetcher.fetch(f"{site.url}/{'a' * 6000}").body == b"yes"
    assert time.monotonic() - began < 2


def test_requests_to_a_host_are_kept_apart_as_it_asks(site):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 5\n")
    site.html("/a", "yes")
    waited = []
    with Fetcher(allow_private=True, sleep=waited.append) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        assert waited == []
        fetcher.fetch(f"{site.url}/a")
        assert 4 < waited[0] <= 5


def test_without_a_wish_a_second_lies_between_requests_to_a_host_and_none_between_hosts(site):
    site.html("/a", "yes")
    waited = []
    with Fetcher(allow_private=True, sleep=waited.append) as fetcher:
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"http://localhost:{site.port}/a")
        assert waited == []
        fetcher.fetch(f"{site.url}/a")
        assert 0.5 < waited[0] <= 1


def test_a_host_that_wants_a_very_long_pause_gets_it(site):
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 3600\n")
    site.html("/a", "yes")
    with limited() as fetcher:
        fetcher.fetch(f"{site.url}/a")
        assert "wants to be asked again in 3600 seconds" in reason(fetcher, f"{site.url}/a")


def test_a_server_that_asks_us_to_come_back_later_is_left_alone(site):
    site.pages["/a"] = (429, {"Retry-After": "120"}, b"")
    with limited() as fetcher:
        assert "429" in reason(fetcher, f"{site.url}/a")
        assert "asked again in 120 seconds" in reason(fetcher, f"{site.url}/a")
    assert site.paths() == ["/a"]


def test_waiting_for_a_turn_is_no_fault_of_the_server(site):
    site.html("/a", "yes")
    with Fetcher(allow_private=True, min_delay=0.5, timeout=0.4) as fetcher:
        assert [fetcher.fetch(f"{site.url}/a").body for _ in range(2)] == [b"yes", b"yes"]


def test_memory_of_hosts_is_bounded():
    politeness = Politeness(min_delay=0)
    for number in range(5000):
        politeness.wait(f"{number}.example", 0)
    assert len(politeness._last) <= 2000


def test_a_missing_extra_is_named_in_one_line():
    code = "import sys; sys.modules['httpx'] = None\nfrom selon.pages.web import Fetcher\nFetcher()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, env={**os.environ})
    assert done.stderr.splitlines()[-1].endswith("run: pip install 'selon[web]'")
    assert "InputError" in done.stderr
