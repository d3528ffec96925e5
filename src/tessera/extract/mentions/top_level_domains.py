"""Top-level domains: those for everybody, and those of countries (ISO 3166-1 with the exceptions of the domain system)."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from typing import Final

GENERIC: Final = frozenset(
    (
        "aero arpa asia biz cat com coop edu gov info int jobs mil mobi museum name net onion org post pro tel travel xxx "
        "academy accountant agency app army art auction auto band bank bar bargains bet bid bike bio black blog blue boats bot "
        "broker build business cab cafe cam camera camp capital car cards care careers cars casa cash casino center chat cheap "
        "church city claims cleaning click clinic clothing cloud club coach codes coffee community company computer condos "
        "consulting contact cool coupons credit creditcard cyou dance data date dating day deals degree delivery democrat dental "
        "design dev diamonds digital direct directory discount doctor dog download earth education email energy engineer equipment "
        "estate events exchange expert exposed express faith family fans farm fashion film finance financial fish fit flights "
        "football forum foundation fun fund furniture futbol fyi gallery game games garden gay gift gifts gives glass global gold "
        "golf graphics gratis green group guide guitars guns guru hair haus health healthcare help homes horse hospital host "
        "hosting hotel house immo inc industries ink institute insurance insure international investments jetzt jewelry kim kitchen "
        "land law lawyer lease legal lgbt life lighting limited limo link live loan loans lol love ltd luxury management market "
        "marketing markets mba media medical men menu moda mom money monster mortgage motorcycles mov movie music navy network "
        "news ninja observer one online ooo organic page paris partners parts party pay pet photo photography photos pics pictures "
        "pink pizza place plumbing plus poker porn press productions promo properties property protection pub quest racing radio "
        "realty recipes red rehab rent rentals repair report republican rest restaurant review reviews rich rip rocks rodeo run "
        "sale salon school science security services sex sexy shoes shop shopping show singles site ski skin soccer social software "
        "solar solutions space sport storage store stream studio style sucks supplies supply support surf surgery systems tattoo "
        "tax taxi team tech technology tennis theater tickets tips tires today tools top tours town toys trade trading training "
        "tube university uno vacations vegas ventures vet video villas vin vip vision vodka vote voyage watch webcam website "
        "wedding wiki win wine work works world wtf xin xyz yachts yoga zip zone"
    ).split()
)
COUNTRIES: Final = frozenset(
    (
        "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg "
        "ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl "
        "gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz "
        "la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no "
        "np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st "
        "su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
    ).split()
)
TOP_LEVEL: Final = GENERIC | COUNTRIES
FILE_ENDINGS: Final = frozenset("app bat cc com cs do md mov mp pl pm ps py rs sh so st zip ai ini la".split()) - {
    "com"
}
"""Top-level domains that are endings of file names as well."""
WORDS: Final = frozenset(
    (
        "am as at be by do go he hi id in is it la ma me my no of on or pa so to us we art auto band bank bar black blue car cars "
        "care cash city club cool dance data date day dog earth family farm fish fit fun game games gold green group help horse "
        "house land law life live love man market men money movie music name news one page party pay pet pink place plus post pub "
        "red report rest rich run sale school sex show site space sport store support team tips today tools top town toys trade "
        "training travel video vote watch win wine work works world"
    ).split()
)
"""Top-level domains that are English words, so that a missing space behind a full stop looks like them."""
