"""Endings of host names (IANA root zone, the part that occurs in reports). Some are also words or endings of file names."""

from typing import Final

_GENERIC: Final = (
    "com net org edu gov mil int info biz name pro aero coop museum arpa mobi jobs travel tel cat asia post xxx app dev cloud "
    "online site xyz top club shop store tech space website live news blog email today world network digital agency media "
    "design solutions services support systems group company center city social chat link click win vip bid loan work works "
    "life fun icu cyou monster buzz rest bar surf host press wiki guru ninja rocks expert academy school university college "
    "health care clinic hospital dental doctor law legal police fire bank finance money credit loans insurance energy solar "
    "church charity foundation community gop democrat vote review reviews report reports photos pictures gallery video tv fm "
    "games game bet poker casino party date dating sexy sex porn adult cam webcam onion example test invalid localhost local"
)
_COUNTRIES: Final = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch "
    "ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm "
    "gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la "
    "lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np "
    "nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su "
    "sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_ALSO_WORDS: Final = (
    "ad ai am as at be by cc cd do fm id im in io is it la ma md me mo ms my ne no pa ph pm pr ps py re rs sb sc sd se sh si so "
    "st sv tf th to tr us va vc ws example test invalid localhost local name info pro post jobs travel center city social chat link click "
    "win bid loan work works life fun host press health care school college law police fire bank money credit energy church vote review "
    "report reports photos pictures gallery video games game bet party date cam today world network media design group company live news blog "
    "email app space site store shop top club support services solutions systems academy university clinic hospital doctor legal foundation "
    "community rest bar surf rocks expert sex adult gop cat int mil tel museum coop aero"
)
EVERY_TLD: Final = frozenset(f"{_GENERIC} {_COUNTRIES}".split())
SURE_TLDS: Final = (EVERY_TLD - frozenset(_ALSO_WORDS.split())) | frozenset(
    ["io", "us", "info", "mil", "example", "test", "invalid", "local", "online", "me"]
)
"""Endings that no sentence and no file name has by chance."""
