"""``selon read`` with web addresses: a real server on loopback, the real command."""

import json
import subprocess
import sys

from loopback import Site

ARTICLE = """<html><head><title>La digue</title><meta charset="utf-8"></head><body><article><h1>La digue</h1>
<p>Le maire Paul Serre a déclaré mardi que la digue serait réparée avant l'hiver, malgré le coût des travaux.</p>
<p>« Nous tiendrons les délais », a assuré l'ingénieure Anne Vidal, qui dirige le chantier depuis deux ans.</p>
</article></body></html>""".encode()
HTML = {"Content-Type": "text/html; charset=utf-8"}


def selon(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "selon", "read", *arguments], capture_output=True, timeout=120, check=False
    )


def test_an_address_is_fetched_and_read():
    with Site() as site:
        site.pages["/a"] = (200, HTML, ARTICLE)
        done = selon("--allow-private", "--language", "fr", f"{site.url}/a")
        asked = [path for path, _ in site.asked]
    assert done.returncode == 0, done.stderr
    (page,) = map(json.loads, done.stdout.splitlines())
    assert page["title"] == "La digue"
    assert [a["speaker"] for a in page["attributions"]] == ["Paul Serre", "Anne Vidal"]
    assert asked[0] == "/robots.txt"


def test_a_private_address_is_refused_unless_allowed():
    with Site() as site:
        site.pages["/a"] = (200, HTML, ARTICLE)
        done = selon(f"{site.url}/a")
        asked = list(site.asked)
    assert done.returncode == 1
    assert b"loopback" in done.stderr
    assert asked == []


def test_full_text_of_a_feed_comes_from_the_pages_that_it_leads_to():
    with Site() as site:
        feed = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Le Jour</title><item>
        <title>La digue</title><link>{site.url}/a</link><description>court</description></item></channel></rss>"""
        site.pages["/a"] = (200, HTML, ARTICLE)
        site.pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, feed.encode())
        done = selon("--allow-private", "--full-text", "--language", "fr", f"{site.url}/feed")
    assert done.returncode == 0, done.stderr
    (page,) = map(json.loads, done.stdout.splitlines())
    assert page["outlet"] == "Le Jour"
    assert [a["speaker"] for a in page["attributions"]] == ["Paul Serre", "Anne Vidal"]
