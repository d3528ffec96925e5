"""`tessera search`: find records."""

import click

from tessera.cli.questions import question_options, to_query
from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.store import records


@click.command()
@click.argument("query", default="")
@question_options
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def search(
    session: Session, *, query: str, kinds: tuple[str, ...], sources: tuple[str, ...], since: str, until: str, near: str,
    as_of: str, limit: int, as_json: bool, account: str, purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Find records: words that must all occur, "quoted phrases", OR, -word, prefix*."""
    asked = to_query(query, kinds=kinds, sources=sources, since=since, until=until, near=near, as_of=as_of, limit=limit)
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        page = records.search(tx, asked)
    if as_json:
        print_json(page)
        return
    print_table(
        ("record", "kind", "when", "what", "source"),
        [(hit.uid, hit.kind_label, moment(hit.event_time), hit.headline, hit.source) for hit in page.hits],
        empty="Nothing found that this account may see. Try fewer words, or name an account with --as.",
    )
    if page.next_cursor:
        say("There are more; raise --limit or narrow the question down.")
