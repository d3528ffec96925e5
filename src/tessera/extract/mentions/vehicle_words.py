"""Words that tell of vehicles: makers with their models, bodies and colors."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from typing import Final

_MODELS: Final = {
    "acura": "ilx|integra|mdx|rdx|rsx|tl|tlx|tsx|zdx",
    "audi": "a3|a4|a5|a6|a7|a8|q3|q5|q7|q8|s4|s5|tt|e-tron",
    "bmw": "3 series|5 series|7 series|128i|228i|320i|325i|328i|330i|335i|525i|528i|530i|535i|540i|740i|750i|m3|m4|m5|x1|x3|x5|x6|x7|z4",
    "buick": "century|enclave|encore|envision|lacrosse|lesabre|lucerne|regal|rendezvous|verano",
    "cadillac": "ats|ct4|ct5|cts|deville|dts|escalade|escalade esv|srx|sts|xt4|xt5|xt6|xts",
    "chevrolet": "astro|avalanche|aveo|blazer|bolt|camaro|caprice|cavalier|cobalt|colorado|corvette|cruze|equinox|express|hhr|impala|malibu|"
    "monte carlo|s-10|s10|silverado|silverado 1500|silverado 2500|sonic|spark|suburban|tahoe|tracker|trailblazer|traverse|trax|uplander|venture|volt",
    "chrysler": "200|300|300c|300m|aspen|concorde|crossfire|pacifica|pt cruiser|sebring|town and country|town & country|voyager",
    "dodge": "avenger|caliber|caravan|challenger|charger|dakota|dart|durango|grand caravan|intrepid|journey|magnum|neon|nitro|ram|ram 1500|ram 2500|"
    "ram 3500|stratus|viper",
    "fiat": "500|500l|500x",
    "ford": "bronco|bronco sport|c-max|contour|crown victoria|crown vic|e-150|e-250|e-350|e150|e250|e350|econoline|ecosport|edge|escape|escort|"
    "excursion|expedition|explorer|explorer sport trac|f-150|f-250|f-350|f-450|f-550|f150|f250|f350|f450|f550|fiesta|five hundred|flex|focus|"
    "freestar|fusion|maverick|mustang|police interceptor|ranger|taurus|thunderbird|transit|transit connect|windstar",
    "freightliner": "cascadia|columbia|m2",
    "genesis": "g70|g80|g90|gv70|gv80",
    "gmc": "acadia|canyon|denali|envoy|jimmy|safari|savana|sierra|sierra 1500|sierra 2500|sonoma|terrain|yukon|yukon xl",
    "harley davidson": "fat boy|road glide|road king|softail|sportster|street glide|dyna|electra glide",
    "honda": "accord|cbr|civic|clarity|cr-v|crv|cr-z|crosstour|element|fit|hr-v|hrv|insight|odyssey|passport|pilot|prelude|ridgeline|s2000|gold wing",
    "hyundai": "accent|azera|elantra|entourage|genesis|ioniq|kona|palisade|santa cruz|santa fe|sonata|tiburon|tucson|veloster|venue|veracruz",
    "infiniti": "ex35|fx35|g35|g37|i30|jx35|m35|m37|q50|q60|qx30|qx50|qx60|qx80",
    "international": "4300|prostar|durastar",
    "isuzu": "npr|rodeo|trooper",
    "jaguar": "e-pace|f-pace|f-type|s-type|x-type|xe|xf|xj|xj8",
    "jeep": "cherokee|commander|compass|gladiator|grand cherokee|liberty|patriot|renegade|wagoneer|wrangler|wrangler unlimited",
    "kawasaki": "ninja|vulcan|zx-6r",
    "kenworth": "t680|w900",
    "kia": "amanti|cadenza|carnival|ev6|forte|k5|niro|optima|rio|rondo|sedona|seltos|sephia|sorento|soul|spectra|sportage|stinger|telluride",
    "land rover": "defender|discovery|lr2|lr3|lr4|range rover|range rover sport|evoque",
    "lexus": "ct200h|es300|es330|es350|gs300|gs350|gx460|gx470|is250|is300|is350|ls400|ls430|ls460|lx570|nx200t|nx300|rx300|rx330|rx350|ux250h",
    "lincoln": "aviator|continental|corsair|ls|mark lt|mkc|mks|mkt|mkx|mkz|nautilus|navigator|town car|zephyr",
    "mack": "granite|anthem",
    "mazda": "3|5|6|626|cx-3|cx-30|cx-5|cx-50|cx-7|cx-9|cx-90|cx5|cx9|mazda3|mazda6|miata|mpv|mx-5|protege|rx-7|rx-8|tribute|b2300",
    "mercedes": "benz|benz c300|benz e350|c230|c240|c250|c300|c class|c-class|cla250|cls550|e320|e350|e class|e-class|g wagon|gl450|gla250|glc300|gle350|"
    "ml320|ml350|s500|s550|s class|s-class|sprinter|metris",
    "mercury": "cougar|grand marquis|mariner|milan|montego|mountaineer|sable|villager",
    "mini": "cooper|cooper s|countryman|clubman",
    "mitsubishi": "diamante|eclipse|eclipse cross|endeavor|galant|lancer|mirage|montero|outlander|outlander sport|raider",
    "nissan": "300zx|350z|370z|altima|armada|cube|frontier|juke|kicks|leaf|maxima|murano|nv200|pathfinder|quest|rogue|rogue sport|sentra|titan|versa|xterra",
    "oldsmobile": "alero|aurora|bravada|cutlass|intrigue|silhouette",
    "peterbilt": "379|389|579",
    "plymouth": "breeze|neon|voyager",
    "pontiac": "aztek|bonneville|firebird|g5|g6|g8|grand am|grand prix|montana|sunfire|torrent|trans am|vibe",
    "porsche": "718|911|boxster|cayenne|cayman|macan|panamera|taycan",
    "ram": "1500|2500|3500|promaster",
    "rivian": "r1s|r1t",
    "saab": "9-3|9-5",
    "saturn": "aura|ion|l200|outlook|sky|sl1|sl2|vue",
    "scion": "frs|fr-s|tc|xa|xb|xd",
    "subaru": "ascent|baja|brz|crosstrek|forester|impreza|legacy|outback|tribeca|wrx|wrx sti",
    "suzuki": "aerio|forenza|grand vitara|gsx-r|gsxr|hayabusa|kizashi|reno|sx4|xl7|vitara",
    "tesla": "model 3|model s|model x|model y|cybertruck",
    "toyota": "4runner|4-runner|86|avalon|c-hr|camry|camry le|camry se|celica|corolla|corolla le|cressida|echo|fj cruiser|gr86|highlander|land cruiser|"
    "matrix|mirai|mr2|prius|rav4|rav-4|sequoia|sienna|solara|supra|tacoma|tercel|tundra|venza|yaris",
    "volkswagen": "atlas|beetle|cabrio|cc|eos|golf|gti|jetta|passat|rabbit|routan|taos|tiguan|touareg|id.4",
    "volvo": "850|c30|c70|s40|s60|s70|s80|s90|v40|v50|v60|v70|xc40|xc60|xc70|xc90|vnl",
    "yamaha": "r1|r6|yzf|v star|fz6",
}
MODELS: Final = {maker: frozenset(models.split("|")) for maker, models in _MODELS.items()}
"""Usual models, by maker."""
_SPELLINGS: Final = {
    "alfa romeo": "alfa romeo",
    "chevrolet": "chevy chev chevorlet",
    "harley davidson": "harley harley-davidson",
    "land rover": "landrover",
    "mercedes": "mercedes-benz benz",
    "mitsubishi": "mitsu",
    "nissan": "datsun",
    "oldsmobile": "olds",
    "toyota": "toyoto",
    "volkswagen": "vw volkswagon",
    "infiniti": "infinity",
    "hyundai": "hyundia",
    "cadillac": "caddy",
}
MAKERS: Final = {maker: maker for maker in MODELS} | {
    word: maker for maker, words in _SPELLINGS.items() for word in ([words] if maker == "alfa romeo" else words.split())
}
"""Makers by every way to write them."""
COLORS: Final = frozenset(
    "black white silver gray grey red blue green tan beige brown gold maroon burgundy orange yellow purple teal charcoal navy bronze copper "
    "pearl champagne pink turquoise blk wht sil gry blu grn brn".split()
)
BODIES: Final = frozenset(
    "sedan|suv|pickup|pickup truck|pick-up|pick-up truck|pick up truck|truck|van|minivan|mini van|coupe|convertible|hatchback|wagon|station wagon|"
    "motorcycle|moped|scooter|box truck|panel van|cargo van|work van|utility van|utility truck|tow truck|dump truck|flatbed|flatbed truck|"
    "tractor trailer|tractor-trailer|semi|semi truck|u-haul|uhaul|school bus|bus|limousine|limo|taxi|dirt bike|atv|jet ski|rv|motorhome|motor home|"
    "crossover|sport utility vehicle|vehicle|car|auto|passenger van|dually".split("|")
)
