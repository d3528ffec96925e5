"""`tessera names`: find records by a name."""

import click

from tessera.cli.session import Session, print_json, print_table, reads_as, say
from tessera.model.naming import NameQuery
from tessera.store import names as store_names

LEAST = click.FloatRange(0, 1, min_open=True)


@click.command()
@click.argument("query")
@click.option("--kind", "kinds", multiple=True, help="Kind of record; can be given more than once.")
@click.option("--born", default="", help="Birth date, or year of birth; it weighs, and excludes nothing.")
@click.option("--country", default="", help="Country; it weighs, and excludes nothing.")
@click.option("--least", default=0.75, show_default=True, type=LEAST, help="Lowest score of a hit.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def names(
    session: Session, *, query: str, kinds: tuple[str, ...], born: str, country: str, least: float, limit: int,
    as_json: bool, account: str, purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Find people and organisations by a name, however it is written; with the reasons."""
    asked = NameQuery(text=query, kinds=kinds, born=born, country=country, least=least, limit=limit)
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = store_names.search(tx, asked)
    if as_json:
        print_json(found)
        return
    print_table(
        ("score", "name", "record", "kind", "source", "why"),
        [
            (
                f"{hit.score:.2f}",
                hit.name,
                hit.record.uid,
                hit.record.kind_label,
                hit.record.source,
                " ".join(hit.reasons),
            )
            for hit in found.hits
        ],
        empty="No name is alike that this account may see. Lower --least, or name an account with --as.",
    )
    if found.more:
        say("There are more; raise --limit.")
    if found.capped:
        say("So many names sound like this one that not all of them were compared.")
