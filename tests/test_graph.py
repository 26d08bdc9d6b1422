"""The network of accusers and accused as SVG, HTML and GraphML."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from serving import CHROMIUM, NO_BROWSER

from selon.exchange.graph import Edge, to_graphml, to_html, to_svg
from selon.exchange.graph_layout import MAX_NAMES, place

SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
FEW = [
    Edge("la maire", "le préfet", "accuses", 9, "2017-05", "2017-06-03"),
    Edge("le préfet", "la maire", "denies", 1, "2017-06", "2018"),
    Edge("le préfet", "le préfet", "admits", 2),
]


def many(count):
    return [Edge(f"Person number {i}", f"Person number {i * 7 % count}", "accuses", i % 5 + 1) for i in range(count)]


def crossing(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_every_edge_is_an_arrow_with_its_words_and_width():
    root = ET.fromstring(to_svg(FEW))
    edges = root.findall(f"{SVG}g[@class]")
    arrows = {g.find(f"{SVG}title").text: g for g in edges if g.get("class").startswith("edge")}
    assert len(arrows) == 3
    strong = arrows["la maire accuses le préfet: 9 (2017-05 to 2017-06-03)"].find(f"{SVG}path")
    weak = next(g for words, g in arrows.items() if "denies" in words).find(f"{SVG}path")
    assert float(strong.get("stroke-width")) > float(weak.get("stroke-width"))


def test_recent_arrows_are_stronger_and_denials_dashed():
    root = ET.fromstring(to_svg(FEW))
    opacity = {
        g.get("class").split()[1]: float(g.get("opacity")) for g in root.iter(f"{SVG}g") if "edge" in g.get("class", "")
    }
    assert opacity["accuses"] < opacity["admits"] < opacity["denies"] == 1
    assert re.search(r"\.denies \.line \{[^}]*stroke-dasharray", root.find(f"{SVG}style").text)


def test_the_picture_tells_itself_to_screen_readers():
    root = ET.fromstring(to_svg(FEW, "Barrage"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [
        root.find(f"{SVG}title").get("id"),
        root.find(f"{SVG}desc").get("id"),
    ]
    assert "la maire accuses le préfet, 9 times" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize("count", [1, 2, 3, 7, MAX_NAMES])
def test_labels_never_overlap_nor_cover_dots(count):
    names = [f"Somebody with the long name {i}" for i in range(count)]
    links = [(i, i * 7 % count, 1.0) for i in range(count)]
    places, radius = place(names, links, [10.0] * count)
    for one, other in itertools.combinations(places, 2):
        assert not crossing(one.box, other.box)
    for one, other in itertools.product(places, places):
        assert not crossing(one.box, (other.x - 10, other.y - 10, other.x + 10, other.y + 10))
    assert all(abs(place.x**2 + place.y**2 - radius**2) < 1 for place in places)


def test_names_that_belong_together_stand_together():
    links = [(0, 39, 5.0), (1, 38, 5.0), (2, 37, 5.0)]
    places, radius = place([str(i) for i in range(40)], links, [3.0] * 40)
    for a, b, _ in links:
        assert abs(places[a].x - places[b].x) + abs(places[a].y - places[b].y) < radius


def test_only_the_most_active_names_are_drawn_and_the_rest_is_counted():
    svg = to_svg([*many(60), Edge("Person number 3", "Person number 4", "accuses", 500)])
    assert svg.count('class="dot"') == MAX_NAMES
    assert "20 names with fewer allegations are left out" in svg
    assert to_html(many(60)).count("<tr>") == 61


def test_the_same_edges_give_the_same_picture_in_any_order():
    assert to_svg(many(30)) == to_svg(reversed(many(30)))


def test_edges_of_one_pair_and_stance_are_added_up():
    merged = to_graphml([Edge("a", "b", "accuses", 2, "2017", "2017"), Edge("a", "b", "accuses", 3, "2016-05", "2018")])
    data = {d.get("key"): d.text for d in ET.fromstring(merged).iter(f"{GRAPHML}data") if d.get("key") != "label"}
    assert data == {"weight": "5", "stance": "accuses", "first": "2016-05", "last": "2018"}


def test_graphml_has_a_node_a_name_and_directed_edges():
    graph = ET.fromstring(to_graphml(FEW)).find(f"{GRAPHML}graph")
    assert graph.get("edgedefault") == "directed"
    names = {node.get("id"): node[0].text for node in graph.findall(f"{GRAPHML}node")}
    ends = [(names[e.get("source")], names[e.get("target")]) for e in graph.findall(f"{GRAPHML}edge")]
    assert ends[0] == ("la maire", "le préfet")
    assert len(names) == 2


def test_no_edges_make_an_empty_picture():
    assert "0 names" in to_svg([])
    assert "<tbody>" in to_html([])
    ET.fromstring(to_graphml([]))


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            Edge,
            st.text(max_size=12),
            st.text(max_size=12),
            st.sampled_from(["accuses", "denies", "admits"]),
            st.integers(1, 10**6),
            st.none() | st.text(max_size=6),
            st.sampled_from([None, "2017", "2017-06", "x"]),
        ),
        max_size=12,
    )
)
def test_hostile_names_stay_text(edges):
    edges = [*edges, Edge("<script>alert(1)</script>", '"><img src=x>', "accuses", 1)]
    for document in (to_svg(edges), to_graphml(edges)):
        document.encode()
        assert not [e for e in ET.fromstring(document).iter() if e.tag.endswith(("script", "img"))]
    assert "<script" not in to_html(edges)
    assert "<img" not in to_html(edges)


@pytest.mark.skipif(NO_BROWSER, reason="no Chromium on this machine")
def test_a_browser_shows_the_page_and_its_policy_blocks_nothing(tmp_path):
    (tmp_path / "network.html").write_text(to_html(many(MAX_NAMES)), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        messages = []
        page.on("console", lambda message: messages.append(message.text))
        page.goto((tmp_path / "network.html").as_uri())
        boxes = page.eval_on_selector_all(
            ".name text",
            "all => all.map(e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] })",
        )
        arrow = page.eval_on_selector(".edge .line", "e => getComputedStyle(e).stroke")
        browser.close()
    assert messages == []
    assert arrow not in ("none", "rgb(0, 0, 0)")
    assert len(boxes) == MAX_NAMES
    # a line's box is taller than its letters
    boxes = [(left, top + 3, right, bottom - 3) for left, top, right, bottom in boxes]
    assert not [1 for one, other in itertools.combinations(boxes, 2) if crossing(one, other)]
