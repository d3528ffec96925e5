"""Words of dispatch centers: what was called in, what was sent, and the marks between the parts of a line."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from typing import Final

CALL_WORDS: Final = {
    short: full
    for pair in (
        "struc=structure|struct=structure|str=structure|resid=residential|res=residential|comm=commercial|veh=vehicle|mva=motor vehicle accident|"
        "mvc=motor vehicle collision|mvi=motor vehicle incident|pi=personal injury|pd=property damage|ped=pedestrian|unk=unknown|prob=problem|"
        "resp=respiratory|resp.=respiratory|diff=difficulty|sob=shortness of breath|cp=chest pain|od=overdose|unc=unconscious|uncon=unconscious|"
        "unresp=unresponsive|subj=subject|susp=suspicious|dom=domestic|domes=domestic|dist=disturbance|disturb=disturbance|asslt=assault|"
        "rob=robbery|burg=burglary|wpn=weapon|w/=with|w/entrapment=with entrapment|entrap=entrapment|inj=injury|injs=injuries|inv=investigation|"
        "fa=fire alarm|afa=automatic fire alarm|co=carbon monoxide|hazmat=hazardous materials|wires=wires down|alm=alarm|emerg=emergency|"
        "cva=stroke|chf=heart failure|als=advanced life support|bls=basic life support|poss=possible|wkg=working|bldg=building|brush=brush|"
        "gsw=gunshot wound|dv=domestic violence|dui=driving under the influence|bolo=be on the lookout|alrm=alarm|med=medical|er=emergency"
    ).split("|")
    for short, full in [pair.split("=")]
}
"""Short forms in call types, and what they stand for."""
CALL_STARTS: Final = frozenset(
    (
        "fire ems traffic police structure struc struct building dwelling house residential commercial vehicle veh brush field woods grass trash dumpster "
        "chimney working wkg mva mvc mvi accident crash collision pedestrian ped medical cardiac chest respiratory breathing difficulty diff stroke cva "
        "seizure seizures fall falls unconscious unc uncon unresponsive overdose od syncopal dizziness diabetic hemorrhage laceration fracture head back "
        "abdominal allergic assault asslt stabbing shooting shots gsw robbery rob burglary burg theft larceny domestic dom disturbance dist fight weapon "
        "missing suicidal psych mental welfare check suspicious susp alarm fa afa co gas odor leak smoke hazmat haz wires electrical elevator rescue water "
        "drowning boat search entrapment cardiac choking maternity burn burns electrocution explosion bomb active barricade hostage trespass trespassing "
        "disabled debris road cpr sick unknown unk nausea general fever dehydration subject altered emergency emerg bls als transfer assist lift lockout "
        "outside transformer pole tree train plane aircraft appliance kitchen stove oven auto pi report signal code"
    ).split()
)
"""Words with which a call type begins."""
CALL_CONTINUES: Final = CALL_STARTS | frozenset(
    (
        "in of on and with w no not from to by possible poss reported inside down out up multiple second third working victim victims person persons pain pains "
        "weakness status arrest injury injuries investigation obstruction conditions condition needed requested lacerations hemorrhaging vomiting nausea problem "
        "problems emergency bleeding trouble distress failure attack reaction bite sting exposure collapse incident activity party parties male female child "
        "infant patient odor smell spill lines line closed closure hazard rollover roll over ejection trapped occupied unoccupied involving into vs hit run "
        "property damage personal minor serious fatal progress fired shot weapons gun knife call needs service standby cover mutual aid police alert "
        "detector activation threat package death dead doa weak sore heat cold exhaustion poisoning ingestion syncope bystander visible showing smoking "
        "level alarm1 odors leaks wire gas main entrap entrapment adult juvenile elderly assault altered mental behavioral crisis subject"
    ).split()
)
"""Words that go on with a call type, so that no street's name begins with them."""
UNIT_WORDS: Final = {
    "engine": "E",
    "eng": "E",
    "ladder": "L",
    "truck": "T",
    "trk": "T",
    "tower": "TW",
    "medic": "M",
    "ambulance": "A",
    "amb": "A",
    "rescue": "R",
    "squad": "SQ",
    "battalion": "B",
    "tanker": "TK",
    "tender": "TK",
    "brush": "BR",
    "quint": "Q",
    "hazmat": "HM",
    "chief": "C",
    "utility": "U",
    "station": "STATION ",
    "sta": "STATION ",
    "unit": "UNIT ",
    "car": "CAR ",
    "paramedic": "M",
    "trooper": "TROOPER ",
    "boat": "BOAT ",
    "marine": "MARINE ",
    "air": "AIR ",
    "k9": "K9-",
}
"""Words for units that stand before a number, and how the two are written short."""
UNIT_PREFIXES: Final = frozenset(
    "E L T TW TWR M A R RS SQ B BC BN TK TN BR Q HM C CH D DC U UT ENG LAD TRK TR MED AMB RES RSQ SQD BAT TKR BRU TWR EMS ALS BLS MIC MICU FP FM K K9 P S SP "
    "CAR UN AC CO STA ST RE PE RL HZ CP SO MU MTR AIR TT WT ATV MA".split()
)
"""Letters with which a unit's short name begins."""
ROAD_PREFIXES: Final = frozenset("I US SR CR RT RTE DE MD PA NJ VA NY HWY".split())
CROSS_MARKS: Final = frozenset("X XST XSTS XS X/ST X-ST X-STS CROSS BTWN BTW BETWEEN XSTREET XSTREETS".split())
SENT_MARKS: Final = frozenset(
    "RESPOND RESP RESPONDING UNITS UNIT DUE ASSIGNED SENT DISPATCH DISPATCHED ENROUTE TONE TONES FOR".split()
)
PLACE_MARKS: Final = frozenset("AT @ LOC LOCATION ADDR ADDRESS AREA".split())
SUFFIXES: Final = frozenset(
    "ST STREET AVE AV AVENUE RD ROAD DR DRIVE LN LANE BLVD CT COURT CIR CIRCLE PL PLACE TER TERR TERRACE WAY WY PKWY PKY HWY PIKE PK TPKE ALY TRL TR SQ LOOP "
    "RUN PLZ XING PATH ROW EXPY FWY BYP CV PT EXT BROADWAY RTE RT CRES CSWY RAMP EXPWY MALL PLAZA".split()
)
"""Types of streets as dispatch centers write them."""
SIDES: Final = frozenset("N S E W NE NW SE SW NB SB EB WB NORTH SOUTH EAST WEST".split())
