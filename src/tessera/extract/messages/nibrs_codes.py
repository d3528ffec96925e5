"""Codes of NIBRS (FBI, NIBRS Technical Specification): their words, and what they are in our code lists."""

from collections.abc import Mapping
from typing import Final

OFFENCES: Final[Mapping[str, tuple[str, str]]] = {
    # Code: its words, and the category of our list.
    "09A": ("Murder and nonnegligent manslaughter", "homicide"), "09B": ("Negligent manslaughter", "negligent-homicide"),
    "09C": ("Justifiable homicide", "homicide"), "100": ("Kidnapping or abduction", "kidnapping"), "11A": ("Rape", "sexual-offence"),
    "11B": ("Sodomy", "sexual-offence"), "11C": ("Sexual assault with an object", "sexual-offence"), "11D": ("Fondling", "sexual-offence"),
    "120": ("Robbery", "robbery"), "13A": ("Aggravated assault", "aggravated-assault"), "13B": ("Simple assault", "simple-assault"),
    "13C": ("Intimidation", "intimidation"), "200": ("Arson", "arson"), "210": ("Extortion or blackmail", "extortion"),
    "220": ("Burglary", "burglary"), "23A": ("Pocket-picking", "theft"), "23B": ("Purse-snatching", "theft"), "23C": ("Shoplifting", "theft"),
    "23D": ("Theft from a building", "theft"), "23E": ("Theft from a coin-operated machine", "theft"), "23F": ("Theft from a motor vehicle", "theft"),
    "23G": ("Theft of motor vehicle parts", "theft"), "23H": ("Other larceny", "theft"), "240": ("Motor vehicle theft", "vehicle-theft"),
    "250": ("Counterfeiting or forgery", "forgery"), "26A": ("False pretenses or confidence game", "fraud"), "26B": ("Credit card or teller machine fraud", "fraud"),
    "26C": ("Impersonation", "fraud"), "26D": ("Welfare fraud", "fraud"), "26E": ("Wire fraud", "fraud"), "26F": ("Identity theft", "fraud"),
    "26G": ("Hacking or computer invasion", "fraud"), "26H": ("Money laundering", "fraud"), "270": ("Embezzlement", "embezzlement"),
    "280": ("Stolen property offence", "stolen-property"), "290": ("Destruction, damage or vandalism", "vandalism"), "35A": ("Drug or narcotic violation", "drugs"),
    "35B": ("Drug equipment violation", "drugs"), "360": ("Failure to register as a sex offender", "other"), "36A": ("Incest", "sexual-offence"),
    "36B": ("Statutory rape", "sexual-offence"), "370": ("Pornography or obscene material", "sexual-offence"), "39A": ("Betting or wagering", "gambling"),
    "39B": ("Operating or promoting gambling", "gambling"), "39C": ("Gambling equipment violation", "gambling"), "39D": ("Sports tampering", "gambling"),
    "40A": ("Prostitution", "prostitution"), "40B": ("Assisting or promoting prostitution", "prostitution"), "40C": ("Purchasing prostitution", "prostitution"),
    "510": ("Bribery", "bribery"), "520": ("Weapon law violation", "weapons"), "521": ("Violation of the National Firearm Act", "weapons"),
    "522": ("Weapons of mass destruction", "weapons"), "526": ("Explosives violation", "weapons"), "64A": ("Human trafficking, commercial sex acts", "human-trafficking"),
    "64B": ("Human trafficking, involuntary servitude", "human-trafficking"), "720": ("Animal cruelty", "animal-cruelty"), "101": ("Treason", "other"),
    "103": ("Espionage", "other"), "30A": ("Illegal entry into the United States", "other"), "30B": ("False citizenship", "other"),
    "30C": ("Smuggling aliens", "other"), "30D": ("Re-entry after deportation", "other"), "49A": ("Harboring a fugitive", "other"),
    "49B": ("Flight to avoid prosecution", "other"), "49C": ("Flight to avoid deportation", "other"), "58A": ("Import violation", "other"),
    "58B": ("Export violation", "other"), "61A": ("Federal liquor offence", "liquor"), "61B": ("Federal tobacco offence", "other"),
    "620": ("Wildlife trafficking", "other"), "90A": ("Bad checks", "fraud"), "90B": ("Curfew, loitering or vagrancy violation", "other"),
    "90C": ("Disorderly conduct", "disorderly-conduct"), "90D": ("Driving under the influence", "dui"), "90E": ("Drunkenness", "disorderly-conduct"),
    "90F": ("Nonviolent family offence", "other"), "90G": ("Liquor law violation", "liquor"), "90H": ("Peeping tom", "sexual-offence"),
    "90I": ("Runaway", "other"), "90J": ("Trespass of real property", "trespass"), "90K": ("Failure to appear", "other"),
    "90L": ("Federal resource violation", "other"), "90M": ("Perjury", "other"), "90Z": ("All other offences", "other"),
}  # fmt: skip
GRAVEST: Final = (
    "09A", "09B", "11A", "11B", "11C", "64A", "64B", "100", "120", "13A", "200", "11D", "13B", "220", "240", "520", "35A",
)  # fmt: skip
"""Of several offences, the first of these stands for the incident."""
PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "01": ("Air, bus or train terminal", "transportation"), "02": ("Bank", "commercial"), "03": ("Bar or nightclub", "leisure"),
    "04": ("House of worship", "leisure"), "05": ("Office building", "commercial"), "06": ("Construction site", "industrial"),
    "07": ("Convenience store", "retail"), "08": ("Department store", "retail"), "09": ("Pharmacy, doctor or hospital", "healthcare"),
    "10": ("Field or woods", "open-space"), "11": ("Public building", "government"), "12": ("Supermarket", "retail"),
    "13": ("Road, street or sidewalk", "street"), "14": ("Hotel or motel", "hotel"), "15": ("Jail or prison", "government"),
    "16": ("Lake, waterway or beach", "open-space"), "17": ("Liquor store", "retail"), "18": ("Parking lot or garage", "street"),
    "19": ("Rental storage", "commercial"), "20": ("Residence", "residence"), "21": ("Restaurant", "leisure"), "22": ("School or college", "education"),
    "23": ("Gas station", "retail"), "24": ("Specialty store", "retail"), "25": ("Other or unknown", "other"), "37": ("Abandoned structure", "other"),
    "38": ("Amusement park", "leisure"), "39": ("Arena or stadium", "leisure"), "40": ("Teller machine", "commercial"), "41": ("Car dealer", "retail"),
    "42": ("Campground", "leisure"), "44": ("Daycare", "education"), "45": ("Dock or freight terminal", "transportation"), "46": ("Farm", "industrial"),
    "47": ("Casino or race track", "leisure"), "48": ("Industrial site", "industrial"), "49": ("Military installation", "government"),
    "50": ("Park or playground", "open-space"), "51": ("Rest area", "street"), "52": ("College or university", "education"),
    "53": ("Elementary or secondary school", "education"), "54": ("Shelter", "residence"), "55": ("Shopping mall", "retail"),
    "56": ("Tribal lands", "other"), "57": ("Community center", "leisure"), "58": ("Cyberspace", "other"),
}  # fmt: skip
WEAPONS: Final[Mapping[str, str]] = {
    "11": "Firearm", "12": "Handgun", "13": "Rifle", "14": "Shotgun", "15": "Other firearm", "20": "Knife or cutting instrument",
    "30": "Blunt object", "35": "Motor vehicle", "40": "Hands, fists or feet", "50": "Poison", "60": "Explosives", "65": "Fire",
    "70": "Drugs or sleeping pills", "85": "Asphyxiation", "90": "Other", "95": "Unknown", "99": "None",
}  # fmt: skip
GOODS: Final[Mapping[str, str]] = {
    "01": "Aircraft", "02": "Alcohol", "03": "Automobiles", "04": "Bicycles", "05": "Buses", "06": "Clothes and furs",
    "07": "Computers and software", "08": "Consumable goods", "09": "Credit and debit cards", "10": "Drugs", "11": "Drug equipment",
    "12": "Farm equipment", "13": "Firearms", "14": "Gambling equipment", "15": "Heavy equipment", "16": "Household goods",
    "17": "Jewelry and precious metals", "18": "Livestock", "19": "Merchandise", "20": "Money", "21": "Negotiable instruments",
    "22": "Nonnegotiable instruments", "23": "Office equipment", "24": "Other motor vehicles", "25": "Purses and wallets",
    "26": "Radios, televisions and players", "27": "Recordings", "28": "Recreational vehicles", "29": "Single dwellings", "30": "Other dwellings",
    "31": "Commercial structures", "32": "Industrial structures", "33": "Public structures", "34": "Storage structures", "35": "Other structures",
    "36": "Tools", "37": "Trucks", "38": "Vehicle parts", "39": "Watercraft", "41": "Aircraft parts", "42": "Artistic supplies",
    "43": "Building materials", "44": "Camping and fishing equipment", "45": "Chemicals", "46": "Collections", "47": "Crops",
    "48": "Personal and business documents", "49": "Explosives", "59": "Firearm accessories", "64": "Fuel", "65": "Identity documents",
    "66": "Intangible identity", "67": "Law enforcement equipment", "68": "Lawn and garden equipment", "69": "Logging equipment",
    "70": "Medical equipment", "71": "Metals", "72": "Musical instruments", "73": "Pets", "74": "Photographic equipment",
    "75": "Portable electronics", "76": "Sports equipment", "77": "Other", "78": "Trailers", "79": "Watercraft parts", "80": "Other weapons",
    "88": "Pending inventory", "99": "Not named",
}  # fmt: skip
DRUGS: Final[Mapping[str, str]] = {
    "A": "Crack cocaine", "B": "Cocaine", "C": "Hashish", "D": "Heroin", "E": "Marijuana", "F": "Morphine", "G": "Opium",
    "H": "Other narcotics", "I": "LSD", "J": "PCP", "K": "Other hallucinogens", "L": "Amphetamines", "M": "Other stimulants",
    "N": "Barbiturates", "O": "Other depressants", "P": "Other drugs", "U": "Unknown", "X": "More than three sorts",
}  # fmt: skip
ARRESTS: Final[Mapping[str, str]] = {"O": "on view", "S": "summoned or cited", "T": "taken into custody"}
SEXES: Final[Mapping[str, str]] = {"F": "female", "M": "male", "U": "unknown", "X": "other"}
CLEARED: Final[Mapping[str, str]] = {
    "A": "death of the offender", "B": "prosecution declined", "C": "in custody elsewhere", "D": "victim refused to cooperate",
    "E": "juvenile, no custody",
}  # fmt: skip
ACTIONS: Final[Mapping[str, str]] = {
    "A": "added", "D": "deleted by the agency", "I": "incident report", "M": "modified", "R": "replaces what was reported", "W": "added",
}  # fmt: skip
VICTIMS: Final[Mapping[str, str]] = {
    "B": "business", "F": "financial institution", "G": "government", "I": "individual", "L": "law enforcement officer", "O": "other",
    "R": "religious organization", "S": "society", "U": "unknown",
}  # fmt: skip
CIRCUMSTANCES: Final[Mapping[str, str]] = {
    "01": "argument", "02": "assault on a law enforcement officer", "03": "drug dealing", "04": "organized crime", "05": "juvenile gang",
    "06": "domestic quarrel", "07": "mercy killing", "08": "another felony", "09": "other", "10": "unknown",
    "20": "criminal killed by a private citizen", "21": "criminal killed by a police officer", "30": "child playing with a weapon",
    "31": "accident while cleaning a gun", "32": "hunting accident", "33": "other negligent handling of a weapon", "34": "other negligent killing",
}  # fmt: skip
"""Circumstances of an aggravated assault or homicide."""
JUSTIFIED: Final[Mapping[str, str]] = {
    "A": "criminal attacked an officer, who killed the criminal", "B": "criminal attacked an officer and was killed by another",
    "C": "criminal attacked a civilian", "D": "criminal attempted flight from a crime", "E": "criminal killed in commission of a crime",
    "F": "criminal resisted arrest", "G": "not enough information",
}  # fmt: skip
"""Circumstances of a justifiable homicide."""
RELATIONSHIPS: Final[Mapping[str, str]] = {
    # What the victim is to the offender.
    "AQ": "acquaintance", "BE": "child in the offender's care", "BG": "boyfriend or girlfriend", "CF": "child of boyfriend or girlfriend",
    "CH": "child", "CO": "cohabitant", "CS": "common-law spouse", "EE": "employee", "ER": "employer", "FC": "foster child",
    "FP": "foster parent", "FR": "friend", "GC": "grandchild", "GP": "grandparent", "HR": "same-sex partner", "IL": "in-law", "NE": "neighbor",
    "OF": "other family member", "OK": "otherwise known", "PA": "parent", "RU": "unknown", "SB": "sibling", "SC": "stepchild",
    "SE": "spouse", "SP": "stepparent", "SS": "stepsibling", "ST": "stranger", "VO": "victim was offender too", "XR": "ex-partner", "XS": "ex-spouse",
}  # fmt: skip
OFFICER_ACTIVITIES: Final[Mapping[str, str]] = {
    "01": "responding to a disturbance", "02": "burglary in progress", "03": "robbery in progress", "04": "attempting another arrest",
    "05": "civil disorder", "06": "handling prisoners", "07": "investigating suspicious persons", "08": "ambush without warning",
    "09": "assailant mentally ill", "10": "traffic pursuit or stop", "11": "other",
}  # fmt: skip
OFFICER_ASSIGNMENTS: Final[Mapping[str, str]] = {
    "F": "two-officer vehicle", "G": "one-officer vehicle, alone", "H": "one-officer vehicle, assisted", "I": "detective, alone",
    "J": "detective, assisted", "K": "other, alone", "L": "other, assisted",
}  # fmt: skip
LOSSES: Final[Mapping[str, str]] = {
    "1": "none", "2": "burned", "3": "counterfeited", "4": "destroyed, damaged, vandalized", "5": "recovered", "6": "seized",
    "7": "stolen", "8": "unknown",
}  # fmt: skip
"""What became of property: the figures of flat files, and the words that the XML form has in their place."""
AGES: Final[Mapping[str, str]] = {"00": "unknown", "BB": "baby", "NB": "newborn", "NN": "neonatal"}
VEHICLES: Final = frozenset({"03", "05", "24", "28", "37"})
"""Property of which the number of vehicles is told."""
DRUG_GOODS: Final = "10"
"""The sort of property of which drugs are told."""
_FIREARMS: Final = [f"{number}{automatic}" for number in range(11, 16) for automatic in ("", "A")]
_BIAS: Final = (
    *range(11, 17), *range(21, 30), *range(31, 34), *range(41, 46), 51, 52, 61, 62, 71, 72, *range(81, 86), 88, 99,
)  # fmt: skip
CODES: Final[Mapping[str, frozenset[str]]] = {
    # Field of a flat file: what may stand in it.
    "ArmedWith": frozenset({"01", "16", "17", *_FIREARMS}),
    "AttemptedOrCompleted": frozenset("AC"),
    "BiasMotivation": frozenset(map(str, _BIAS)),
    "CargoTheft": frozenset("YN"),
    "Circumstance": frozenset(CIRCUMSTANCES),
    "ClearanceIndicator": frozenset("YN"),
    "ClearedExceptionally": frozenset({*CLEARED, "N"}),
    "CriminalActivity": frozenset("ABCDEFGIJNOPSTU"),
    "Disposition": frozenset("HR"),
    "Drug": frozenset(DRUGS),
    "Ethnicity": frozenset("HNU"),
    "Injury": frozenset("BILMNOTU"),
    "JustifiableHomicide": frozenset(JUSTIFIED),
    "LocationType": frozenset(PLACES),
    "Loss": frozenset(LOSSES),
    "Measurement": frozenset({"DU", "FO", "GL", "GM", "KG", "LB", "LT", "ML", "NP", "OZ", "XX"}),
    "MethodOfEntry": frozenset("FN"),
    "MultipleArrestees": frozenset("CMN"),
    "OffenseCode": frozenset(OFFENCES),
    "OfficerActivity": frozenset(OFFICER_ACTIVITIES),
    "OfficerAssignment": frozenset(OFFICER_ASSIGNMENTS),
    "PropertyDescription": frozenset(GOODS),
    "Race": frozenset("ABIPUW"),
    "Relationship": frozenset(RELATIONSHIPS),
    "ReportDateIndicator": frozenset("R"),
    "ResidentStatus": frozenset("NRU"),
    "Sex": frozenset(SEXES),
    "SuspectedOfUsing": frozenset("ACDN"),
    "TypeOfArrest": frozenset(ARRESTS),
    "TypeOfVictim": frozenset(VICTIMS),
    "WeaponForce": frozenset({*WEAPONS, *_FIREARMS}),
    "WindowOffenseCode": frozenset(OFFENCES),
}  # fmt: skip
