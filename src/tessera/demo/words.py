"""The words of the region: names of several origins, codes that mean the same, sentences for narratives."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import unicodedata

MEN = (
    "James Daniel Robert Michael William Thomas Anthony Joseph Marcus Andre Terrence Jamal Luis Carlos José Ángel Mateo "
    "Kwame Kofi Chidi Emeka Minh Tuan Wei Jun Arjun Ravi Omar Yusuf Karim Piotr Tomasz Seán Declan Jean Emmanuel "
    "Dmitri Noah Ethan Caleb Silas Otis Leroy Hector Ramón"
).split()
WOMEN = (
    "Mary Elizabeth Patricia Jennifer Margaret Susan Katherine Deborah Keisha Tamika Latoya Elena Rosa María Lucía "
    "Guadalupe Ama Abena Ngozi Adaeze Lan Thuy Mei Ling Priya Anjali Fatima Leila Amina Agnieszka Zofia Siobhán Róisín "
    "Marie Claudette Olga Emma Olivia Grace Hazel Ruth Inés Renée Chloé Naomi"
).split()
FAMILIES = (
    *(
        "Smith Johnson Williams Brown Davis Miller Wilson Taylor Harris Walker Muñoz García Rodríguez Hernández López "
        "Núñez Ortiz Peña Okafor Mensah Adeyemi Boateng Diallo Nwosu Nguyen Tran Pham Chen Zhang Kim Patel Sharma Singh "
        "Haddad Rahman Hussein Kowalski Nowak Wiśniewski O'Brien Murphy Byrne Baptiste Toussaint Desrosiers Ivanov "
        "Larsen Weber Hartwell Pennock Marlow Truitt Burris Lockerby Saltmarsh Tidwell Whitecrane Longfeather Stillwater "
        "Redfern Abernathy Castellano Dubois Eriksen Fontaine Goldberg Hashimoto Jefferson Kaminski Lindqvist McAllister "
        "Novak Oyelaran Petrov Quintero Rosenthal Santiago Thibodeaux Underhill Vasquez Washington Ximenes Yamamoto Zielinski"
    ).split(),
    "Van Houten",
    "De la Cruz",
    "St. Clair",
    "Smith-Ortiz",
    "Brown-Diallo",
)
NICKNAMES = {
    "James": "Jim", "Daniel": "Danny", "Robert": "Bobby", "Michael": "Mike", "William": "Bill", "Thomas": "Tom",
    "Anthony": "Tony", "Joseph": "Joe", "Terrence": "Terry", "José": "Pepe", "Luis": "Lucho", "Emmanuel": "Manny",
    "Mary": "Molly", "Elizabeth": "Liz", "Patricia": "Pat", "Jennifer": "Jenny", "Margaret": "Peggy", "Susan": "Sue",
    "Katherine": "Kathy", "Deborah": "Debbie", "Elena": "Lena", "Guadalupe": "Lupe", "Agnieszka": "Aga", "Yusuf": "Joe",
    "Olivia": "Liv", "Dmitri": "Dima", "Hector": "Tito", "Anjali": "Anju",
}  # fmt: skip
COMPANY_WORDS = (
    "Saltwind",
    "Heron",
    "Tidewater",
    "Barleymow",
    "Quillback",
    "Cordgrass",
    "Lantern",
    "Ironbell",
    "Curlew",
)
COMPANY_TRADES = (
    "Roofing",
    "Haulage",
    "Poultry",
    "Landscaping",
    "Electric",
    "Marine",
    "Catering",
    "Salvage",
    "Imports",
)
COMPANY_FORMS = ("LLC", "Inc.", "Co.", "& Sons")
OFFICERS = ("Dep. Marlow", "Dep. Truitt", "Sgt. Pennock", "Ofc. Burris", "Ofc. Adeyemi", "Cpl. Nowak", "Sgt. Larsen")
MAKES = (
    ("Corvane", "Pilot"), ("Corvane", "Swift"), ("Tarn", "Hauler"), ("Tarn", "Ridge"), ("Ostrel", "City"),
    ("Ostrel", "Cargo"), ("Maribo", "Six"), ("Velden", "Estate"),
)  # fmt: skip
COLORS = (
    ("BLU", "blue"), ("BLK", "black"), ("WHI", "white"), ("GRY", "gray"), ("RED", "red"), ("GRN", "green"),
    ("SIL", "silver"), ("TAN", "tan"),
)  # fmt: skip
NOTE = "invented demo data"


def _ascii(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if ord(c) < 128)  # noqa: PLR2004 - end of ASCII


PLAIN = {name: _ascii(name) for name in (*MEN, *WOMEN, *FAMILIES)}
"""Each name without its accents, as older systems write it."""
NARROW = {name: name.encode("cp1252", "replace").decode("cp1252").replace("?", "s") for name in PLAIN}
"""Each name as a Western European code page can write it."""

# canonical word: weight, dover, new castle, sussex, kent statute, cedar marsh
OFFENCES = {
    "theft": (26, "THFT", "23H", "THEFT", "IC 11-841", "stolen goods"),
    "simple-assault": (15, "DIST", "13B", "OFFENSIVE TOUCH", "IC 11-601", "shoving"),
    "vandalism": (12, "VAND", "290", "CRIM MISCHIEF", "IC 11-811", "damage"),
    "burglary": (9, "BURG", "220", "BURGLARY", "IC 11-825", "break-in"),
    "drugs": (9, "DRUG", "35A", "CDS VIOLATION", "IC 16-475", "drugs"),
    "vehicle-theft": (6, "STVH", "240", "AUTO THEFT", "IC 11-853", "stolen car"),
    "fraud": (6, "FRAU", "26A", "FRAUD", "IC 11-900", "swindle"),
    "dui": (5, "DUI", "90D", "DUI", "IC 21-417", "drunk driving"),
    "trespass": (5, "TRES", "90J", "TRESPASS", "IC 11-821", "trespass"),
    "assault": (4, "ASLT", "13A", "ASSAULT", "IC 11-611", "fight"),
    "robbery": (2, "ROBB", "120", "ROBBERY", "IC 11-831", "robbery"),
    "weapons": (2, "WEAP", "520", "WEAPON OFFENSE", "IC 11-144", "weapon"),
}
COMMON_OFFENCES = tuple(word for word, codes in OFFENCES.items() for _ in range(codes[0]))
LABELS = {word: word.replace("-", " ").capitalize() for word in OFFENCES}
LEVELS = {"assault": "F", "burglary": "F", "robbery": "F", "weapons": "F", "vehicle-theft": "F", "trespass": "V"}

STORIES = {
    "theft": ("Cash and a bicycle were taken.", "Tools taken from an open shed.", "Copper cable cut and carried off."),
    "simple-assault": ("Argument over a parking space; one shove.", "Two neighbors separated, no injury."),
    "vandalism": ("Spray paint on the rear wall.", "Mailboxes knocked down along the road.", "Two windows broken."),
    "burglary": ("Entry through the rear window.", "Lock drilled on the side door.", "Alarm panel pulled from wall."),
    "drugs": ("Small bags with a blue stamp found under the seat.", "Pills without a label in a tool box."),
    "vehicle-theft": ("Car taken from the driveway overnight.", "Truck left running at the pump was driven off."),
    "fraud": ("Caller posed as the power company and asked for gift cards.", "Forged check passed at the counter."),
    "dui": ("Vehicle drifted across the center line.", "Driver asleep at a green light."),
    "trespass": ("Person found inside the fenced yard.", "Refused to leave after closing."),
    "assault": ("Bottle thrown, cut above the eye.", "Fight between two groups outside the hall."),
    "robbery": ("Clerk shown a knife and handed over the drawer.", "Phone snatched at the bus stop."),
    "weapons": ("Handgun without papers in the glove box.", "Shots heard; three casings collected."),
}
DETAILS = (
    "Camera footage was requested.", "A neighbor saw a gray van leave toward the highway.", "Nobody was hurt.",
    "The door was found open at first light.", "Photographs are attached to the file.", "Witness will call back.",
    "Fingerprint kit used on the frame.", "The same address had a call last month.", "Owner has a list of numbers.",
    "A dog was barking for an hour before.", "No forced entry was seen.", "The lamp at the corner was out.",
)  # fmt: skip
SEEN = (
    "walked away when the patrol car turned in", "gave a different date of birth at first",
    "said the car belongs to a cousin", "was waiting for a ride that did not come",
    "had been at the same spot on two nights before", "asked about the opening hours of the pump house",
    "was told to move on and did", "agreed to talk and gave a number to call",
)  # fmt: skip
BEHAVIORS = {
    "photography": "Person photographed the fence line and the gate for about ten minutes.",
    "testing-security": "Someone rattled the gate and waited to see who came.",
    "breach": "A hole large enough for a person was cut in the north fence.",
    "expressed-threat": "A caller said the lights would go out on Friday.",
    "theft-loss": "A radio and two access cards are missing from the truck.",
    "sabotage": "The valve wheel was removed and the housing bent.",
    "cyber": "The operator's screen showed log-ons that nobody on shift had made.",
    "observation": "The same car stood across from the yard on three evenings.",
    "drone": "A drone hovered above the transformers after dark.",
}
ASSETS = ("substation", "water-plant", "control-room", "pump-house", "line-yard")
