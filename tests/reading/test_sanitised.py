"""HTML of an attacker, made harmless: what a browser makes of what is left."""

from typing import Any

import pytest

from runbook_lib.policy.visible import visible
from runbook_lib.reading.sanitised import sanitise
from tests.browser.conftest import browser as browser

ATTACKS = {
    "nested": "<scr<script>ipt>hit()</scr</script>ipt><<b>script>hit()</script>",
    "unclosed": "<img src=x onerror=hit() <p><b onmouseover=hit()",
    "handlers": "<details open ontoggle=hit()>x</details><p onclick=hit() style>x",
    "broken quotes": '<p title=\'"><img src=x onerror=hit()>\'>x<b title="`><script>hit()">',
    "svg": "<svg onload=hit()><animate onbegin=hit() attributeName=x dur=1s></svg>x",
    "svg link": "<svg><a xlink:href='javascript:hit()'><text x=9 y=9>x</text></a></svg>",
    "svg style": '<svg></p><style><a id="</style><img src=x onerror=hit()>">',
    "math": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--><img src=x onerror=hit()>'>",
    "math link": "<math><maction actiontype=statusline "
    "xlink:href=javascript:hit()>x</maction></math>",
    "mutation by form": "<form><math><mtext></form><form><mglyph><style></math>"
    "<img src onerror=hit()>",
    "mutation by noscript": '<noscript><p title="</noscript><img src=x onerror=hit()>">',
    "mutation by table": "<table><td><svg><desc><table></svg><b><style><img src=x onerror=hit()>",
    "raw text": "<xmp><p title='</xmp><img src=x onerror=hit()>'></xmp><plaintext><script>hit()",
    "comment": "<!--><img src=x onerror=hit()>--><!-- --!><script>hit()</script>",
    "cdata": "<svg><![CDATA[><img src=x onerror=hit()>]]></svg><![CDATA[<script>hit()</script>]]>",
    "template": "<template><script>hit()</script></template><div><template shadowrootmode=open>x",
    "frames": "<iframe srcdoc='<script>parent.hit()</script>'></iframe><object data=x></object>",
    "javascript": "<a href='&#1;java\tscript&#58;hit()'>x</a><a href='JaVaScRiPt:hit()'>x</a>",
    "controls in a scheme": "<a href='\x01javascript:hit()'>x</a>"
    "<a href='java\u200bscript:hit()'>x</a>",
    "data": "<a href='data:text/html,<script>hit()</script>'>x</a>"
    "<img src='data:image/svg+xml,<svg/>'>",
    "vbscript, relative": "<a href='vbscript:hit()'>x</a><a href='//a.example'>x</a>"
    "<a href='/x'>x</a>",
    "pictures": "<img src=//a.example/x><img srcset='//a.example/x 1x'>"
    "<input type=image src=//a.example/x>",
    "css url": "<p style='background:url(//a.example/x)'>x"
    "<p style='background:u\\72l(//a.example/x)'>",
    "css image": "<p style='background:image-set(\"//a.example/x\" 1x)'>x",
    "css hidden": "<p style='color:red;/*;*/background:/**/url(/*x*///a.example)'>x",
    "css place": "<p style='position:fixed;top:0;z-index:9'>x<p style='p\\6fsition:fixed'>x",
    "css ends": "<p style='color:red\"><script>hit()</script>'>x"
    "<p style='color:red}*{display:none'>",
    "css import": "<style>@import '//a.example';</style><link rel=stylesheet href=//a.example>",
    "base, meta": "<base href=//a.example><meta http-equiv=refresh content='0;url=//a.example'>",
    "forms": "<form action=//a.example><button formaction=javascript:hit()>x</button></form>",
    "names": "<a id=body name=hit>x</a><img name=getElementById><form id=x><input name=attributes>",
    "leaves its place": "</div></div></body></html><div id=page>x",
    "whole page": "<html><head><title>x</title></head><body onload=hit()><frameset onload=hit()>",
    "null": "<scr\x00ipt>hit()</scr\x00ipt><img \x00src=x \x00onerror=hit()>",
    "half a character": "<b>\ud83d</b><a href='https://a.example/\ud83d'>x</a>",
}
TABLE = ("table", "tbody", "td", "tr")
LOOK = """
() => {
  const out = document.getElementById("out"), all = [...out.querySelectorAll("*")];
  return {
    hits: window.hits, beside: document.body.children.length, title: document.title,
    names: [...new Set(all.flatMap(each => [...each.attributes].map(one => one.name)))],
    schemes: [...new Set(all.filter(each => each.href).map(each => new URL(each.href).protocol))],
    elements: [...new Set(all.map(each => each.localName))],
    spaces: [...new Set(all.map(each => each.namespaceURI))],
    places: [...new Set(all.map(each => getComputedStyle(each).position))],
  };
}
"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    return browser.new_page()


@pytest.mark.parametrize("html", ATTACKS.values(), ids=ATTACKS)
def test_nothing_of_an_attack_is_left_in_a_browser(html: str, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    left = sanitise(html)
    begin = (
        "<body><script>window.hits = 0; function hit() { window.hits += 1 }</script><div id=out>"
    )
    page.set_content(f"{begin}{left}</div></body>", wait_until="load")
    found = page.evaluate(LOOK)
    assert (found["hits"], asked, found["beside"], found["title"]) == (0, [], 2, "")
    assert set(found["elements"]) <= {"a", "b", "details", "div", "img", "p", *TABLE}
    assert set(found["names"]) <= {"href", "open", "style", "title"}
    assert set(found["schemes"]) <= {"https:"}
    assert set(found["places"]) <= {"static"}
    assert set(found["spaces"]) <= {"http://www.w3.org/1999/xhtml"}
    assert sanitise(left) == left, "and a second look would change nothing"


def test_what_records_have_stays() -> None:
    picture = '<img alt="" src="data:image/png;base64,iVBORw0KGgo=" style="max-width:100%">'
    kept = (
        '<div style="overflow-x:auto"><b style="color:var(--jp-warn-color0, #b45309)">x</b>'
        '<table><thead><tr><th style="text-align:left">when</th></tr></thead>'
        '<tbody><tr><td colspan="2" style="white-space:nowrap">1 &lt; 2</td></tr></tbody></table>'
        '<progress style="width:12em" value="0.5"></progress>'
        '<details open=""><summary>more</summary><pre>a\n b</pre></details></div>'
    )
    assert sanitise(kept) == kept
    assert sanitise(picture).count('src="data:image/png;base64,iVBORw0KGgo="') == 1


@pytest.mark.parametrize(
    "html", ["a\u202eb", "a&#x202e;b", "<p title='a\u202eb'>x", "<p title='a&#8238;b'>x", "a\x00b"]
)
def test_what_is_not_seen_is_made_visible_however_it_is_written(html: str) -> None:
    left = sanitise(html)
    assert "a&lt;U+" in left and "&gt;b" in left
    assert visible(left) == left
