"""Short and familiar forms of given names: names of one line can be the same person's."""

from collections.abc import Mapping

_LINES = """
abigail abby gail
albert al bert bertie
alexander alex alec sandy xander alejandro sasha
alexandra alex sandra lexi alexa sasha
alfred al fred alfie
alison ali allie alyson allison
amanda mandy
amelia amy millie emmy
andrew andy drew andreas andre
angela angie
ann anne anna annie nan nancy hannah
anthony tony antonio ant
antoinette toni nettie
archibald archie
arthur art artie
barbara barb babs barbie
benjamin ben benny benji
bernard bernie
beverly bev
bradley brad
bridget bridie biddy
caroline carrie carol lina carolyn
cassandra cass cassie sandra
catherine cathy cath kate katie kitty kathy kathleen katherine kathryn cathryn kay katharine
charles charlie chuck chas carl carlos karl
charlotte charlie lottie
christina chris tina christine chrissy kristina kristen christie
christopher chris kit topher
clifford cliff
cynthia cindy
daniel dan danny
david dave davy davey
deborah deb debbie debra
dennis denny
dolores lola
donald don donnie
dorothy dot dottie dolly
douglas doug
edward ed eddie ned ted teddy eduardo
edwin ed eddie
eleanor ellie nora nell nellie elena ellen
elizabeth liz lizzie beth betty betsy eliza elsie libby lisa bess elisabeth
emily em emmy millie
eugene gene
evelyn evie eve
florence flo flossie
frances fran frankie fanny
francis frank frankie fran francisco
frederick fred freddie freddy
gabriel gabe
gabrielle gabby
george georgie jorge
gerald gerry jerry
geraldine gerry
gilbert gil bert
gregory greg gregg
gwendolyn gwen
harold harry hal
harriet hattie
harrison harry
helen nell ellie lena
henry harry hank hal enrique
herbert herb bert
howard howie
isabella bella izzy isabel isabelle ella
jacob jake
james jim jimmy jamie jem
jane janie jenny
janet jan
jeffrey jeff geoff geoffrey
jennifer jen jenny jenna
jeremy jerry jem
jessica jess jessie
joan joanie
john jack johnny jon johnnie juan ian sean
jonathan jon jonny
joseph joe joey jose jo
josephine jo josie
joshua josh
juanita nita
judith judy
julia julie jules
kenneth ken kenny
kimberly kim
lawrence larry laurie lauren
leonard len lenny leo
leslie les
lillian lily lil
louis lou louie luis lewis
louise lou
lucille lucy
madeline maddie maddy
magdalena lena
margaret maggie meg peggy marge margie greta rita daisy margarita madge
maria mary marie mia
martha marty patty
martin marty
mary molly polly may mamie marie maria
matthew matt matty mateo
maureen mo
maximilian max
melissa mel missy
michael mike mick mickey mikey miguel mitch
michelle shelly mickey
mildred millie
nancy nan ann
natalie nat
nathaniel nat nate nathan
nicholas nick nicky nico
nicole nikki nicky
norman norm
oliver ollie
olivia liv livvy
pamela pam
patricia pat patty tricia trish patsy
patrick pat paddy rick
peter pete pedro
philip phil phillip pip
priscilla cilla
rachel rae
raymond ray
rebecca becky becca
reginald reg reggie
richard rick dick rich richie ricky ricardo
robert bob rob bobby robbie bert roberto robin
roberta bobbie
roger rodge
roland rollie
ronald ron ronnie
rosemary rose rosie
rudolph rudy
russell russ
ruth ruthie
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sally sadie sara
sharon shari
sidney sid
sophia sophie
stanley stan
stephanie steph
stephen steve stevie steven stefan
susan sue susie suzy susanna suzanne
sylvia syl
teresa terry tess tessa theresa tracy
terence terry
theodore ted teddy theo
thomas tom tommy tomas
timothy tim timmy
tobias toby
valerie val
veronica ronnie
victor vic
victoria vicky tori vicki
vincent vince vinny
virginia ginny ginger
vivian viv
walter walt wally
wilfred will wilf fred
william bill will billy willie liam willy guillermo
winifred winnie
yvonne evie
zachary zach zack
"""


def _roots() -> Mapping[str, tuple[str, ...]]:
    roots: dict[str, list[str]] = {}
    for line in _LINES.strip().splitlines():
        root, *forms = line.split()
        for form in (root, *forms):
            roots.setdefault(form, []).append(root)
    return {form: tuple(sorted(found)) for form, found in roots.items()}


ROOTS = _roots()
"""Each form, with the full names that it may stand for."""


def roots_of(name: str) -> tuple[str, ...]:
    """Give the full names that a given name may stand for; itself where none is known.

    >>> roots_of("bert")
    ('albert', 'gilbert', 'herbert', 'robert')
    """
    return ROOTS.get(name, (name,))
