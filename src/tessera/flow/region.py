"""Loading the invented region: the same registration and the same doors that a real partner's data goes through."""

import json
import os
import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path

from tessera.demo import DemoAccount, DemoManifest
from tessera.demo.persons import read_persons
from tessera.flow.casework import do_casework
from tessera.flow.center import OPERATOR, Center
from tessera.flow.jobs import Jobs
from tessera.flow.judging_demo import judge_some
from tessera.flow.openness import open_up
from tessera.model.delivery import Delivery, Via
from tessera.receive import take_in
from tessera.settings import FILE
from tessera.store import accounts, deliveries, parties
from tessera.store.accounts import Account

ACCOUNTS_FILE = "demo-accounts.json"
SETTING = "second_factor"
WHY = "# A demonstration: its passwords are shown on the sign-in page. Take this line out for anything real."
_WORDS = [
    "amber",
    "basin",
    "birch",
    "bramble",
    "cedar",
    "cinder",
    "cliff",
    "copper",
    "coral",
    "cove",
    "delta",
    "dune",
    "ember",
    "fern",
    "flint",
    "gale",
    "garnet",
    "granite",
    "harbor",
    "hazel",
    "heron",
    "inlet",
    "iris",
    "juniper",
    "lagoon",
    "larch",
    "lichen",
    "marsh",
    "meadow",
    "mica",
    "moss",
    "nectar",
    "ochre",
    "orchid",
    "otter",
    "pebble",
    "pine",
    "plover",
    "quartz",
    "quill",
    "reed",
    "ridge",
    "river",
    "rowan",
    "russet",
    "saffron",
    "sage",
    "sedge",
    "shale",
    "slate",
    "sorrel",
    "spruce",
    "sumac",
    "thistle",
    "tidal",
    "topaz",
    "umber",
    "vale",
    "walnut",
    "willow",
    "wren",
]


def offer_factors(center: Center) -> bool:
    """Write into the settings that a second factor is offered, not required; say whether that changed them.

    Only for a center without accounts, and never against what its settings say: a real center stays as it is.
    """
    file = center.settings.center / FILE
    text = file.read_text(encoding="utf-8")
    with center.store.reading(OPERATOR) as tx:
        fresh = not accounts.everyone(tx)
    if not fresh or SETTING in tomllib.loads(text):
        return False
    file.write_text(f'{text.rstrip()}\n{WHY}\n{SETTING} = "offered"\n', encoding="utf-8")
    return True


def load(center: Center, jobs: Jobs, manifest: DemoManifest, *, on_delivery: Callable[[Delivery], None]) -> None:
    """Register the region's partners, deliver its files in order, and make its accounts with fresh passwords.

    The accounts come last, so that their file says the region is complete. Doing it again goes on where it stopped.
    """
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, *manifest.agencies, *manifest.agreements, *manifest.holdings, *manifest.sources)
    for item in manifest.deliveries:
        with item.path.open("rb") as stream:
            delivery = take_in(
                center.store,
                center.blobs,
                OPERATOR,
                stream,
                source=item.source,
                filename=item.path.name,
                via=Via.COMMAND,
            )
        jobs.start(delivery)
        jobs.wait(delivery.uid)
        with center.store.reading(OPERATOR) as tx:
            on_delivery(deliveries.get(tx, delivery.uid))
    open_up(center, manifest.accounts)
    do_casework(center, manifest.accounts)
    judge_some(center, manifest.accounts, read_persons(manifest.folder))
    _make_accounts(center, manifest.accounts)


def _make_accounts(center: Center, wanted: tuple[DemoAccount, ...]) -> None:
    """Make all accounts, or none: their file is written before they are committed, so no password is ever lost."""
    passwords = {account.account: "-".join(secrets.choice(_WORDS) for _ in range(4)) for account in wanted}
    with center.store.writing(OPERATOR) as tx:
        for account in wanted:
            accounts.create(tx, _account(account), passwords[account.account])
        made = [(account.account, passwords[account.account], _describe(account)) for account in wanted]
        _write_private(center.settings.center / ACCOUNTS_FILE, json.dumps(made, indent=1))


def _account(demo: DemoAccount) -> Account:
    return Account(
        name=demo.account,
        label=demo.label,
        agency=demo.agency,
        agency_label="",
        roles=tuple(demo.roles),
        groups=tuple(demo.groups),
        trained_until=demo.trained_until,
        disabled=False,
    )


def _describe(demo: DemoAccount) -> str:
    return f"{demo.label} ({demo.agency}); purpose {demo.purpose.value}"


def _write_private(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
