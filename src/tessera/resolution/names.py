"""How alike two names are, between 0 and 1, with a sentence for every reason.

Each word of one name is paired with at most one of the other so that the sum of what agrees is greatest. A pair counts by how
much its words tell (common words tell little) and how well they agree. Words that stand in only one name count against: little,
where the other name is only shorter; much, where both have words of their own. The figures below were chosen on one half of a
public watch list and measured on the other (bench/names.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from tessera.resolution.name_reading import Name, Token
from tessera.resolution.name_words import Agreement, agree, shown

BOTH_HAVE_MORE = 1.0
"""How much words without a partner count where both names have some: what the name with fewer of them has."""
ONE_HAS_MORE = 0.32
"""How much they count where one name simply says more."""
ONE_WORD_OF_SEVERAL = 0.62
"""The most that one word that agrees can give, where both names have several."""
ALONE = 0.85
"""What a word that tells nothing leaves of a score that rests on it alone."""
OTHER_ORDER = 0.99
OTHER_GENERATION = 0.88
OTHER_FORM = 0.97
ACRONYM = 0.86
TOGETHER = 0.97
LEAST_TOGETHER = 5
ALIKE = 0.75
"""From here on, two names are worth a look; below it, no reasons need be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How alike two names are. `score` lies in [0, 1]; `reasons` are sentences, the most telling first."""

    score: float
    reasons: tuple[str, ...] = ()


NOTHING = Match(score=0.0)


def compare(asked: Name, found: Name) -> Match:
    """Compare two names of one sort; which of the two was asked for matters to the sentences, not to the score."""
    if not asked.tokens or not found.tokens:
        return NOTHING
    acronym = _acronym(asked, found)
    words = _compare(asked, found)
    return acronym if acronym.score > words.score else words


def _compare(asked: Name, found: Name) -> Match:
    # where several ways to pair words are equally good, the choice must not depend on which name was asked for
    turned = [token.text for token in asked.tokens] > [token.text for token in found.tokens]
    left, right = (found, asked) if turned else (asked, found)
    together: list[str] = []
    mine, theirs = _put_together(left.tokens, right.tokens, together)
    theirs, mine = _put_together(theirs, mine, together)
    pairs = _best_pairs(mine, theirs, turned=turned)
    if not pairs:
        return NOTHING
    score = _score(mine, theirs, pairs)
    if together:
        score *= TOGETHER
    reasons = [one.reason for _, _, one in pairs if one.reason] + together
    if [j for _, j, _ in pairs] != sorted(j for _, j, _ in pairs):
        score *= OTHER_ORDER
        reasons.append("The words stand in another order.")
    score = _beside(asked, found, score, reasons)
    over = [_left_over(mine, [i for i, _, _ in pairs]), _left_over(theirs, [j for _, j, _ in pairs])]
    reasons += _only_in(over[turned], "what was asked for") + _only_in(over[not turned], "the name that was found")
    return Match(score=min(1.0, max(0.0, score)), reasons=_said(asked, found, reasons))


def _said(left: Name, right: Name, reasons: Sequence[str]) -> tuple[str, ...]:
    scripts = [f"It is written in {name.script} letters." for name in (left, right) if name.script]
    if reasons or scripts:
        return tuple(dict.fromkeys([*reasons, *scripts]))
    return (
        "The names are the same."
        if left.said == right.said
        else "The names are the same but for how they are written.",
    )


def _beside(left: Name, right: Name, score: float, reasons: list[str]) -> float:
    """Weigh what stands beside the words: generation and legal form."""
    if left.generation and right.generation and left.generation != right.generation:
        score *= OTHER_GENERATION
        reasons.append(f"The generations differ: {left.generation} and {right.generation}.")
    if left.form and right.form and left.form != right.form:
        score *= OTHER_FORM
        reasons.append(f"The legal forms differ: {left.form.upper()} and {right.form.upper()}.")
    elif left.form != right.form:
        reasons.append(f"The legal form {(left.form or right.form).upper()} stands in only one of the names.")
    return score


def _score(mine: Sequence[Token], theirs: Sequence[Token], pairs: "_Pairs") -> float:
    agreed = matched = 0.0
    paired_mine = paired_theirs = 0.0
    for i, j, found in pairs:
        weight = _weight(mine[i], theirs[j])
        agreed += weight * found.value
        matched += weight
        paired_mine += mine[i].weight
        paired_theirs += theirs[j].weight
    over_mine = sum(token.weight for token in mine) - paired_mine
    over_theirs = sum(token.weight for token in theirs) - paired_theirs
    fewer, more = sorted((max(0.0, over_mine), max(0.0, over_theirs)))
    score = agreed / (matched + BOTH_HAVE_MORE * fewer + ONE_HAS_MORE * more)
    whole = [found for i, j, found in pairs if not (mine[i].is_initial or theirs[j].is_initial)]
    if not whole:
        return score if agreed == matched and not more else min(score, ONE_WORD_OF_SEVERAL)
    if len(whole) == 1:
        score *= whole[0].value  # nothing else speaks for it
        if more:
            score *= ALONE + (1 - ALONE) * matched
    if len(pairs) == 1 and len(mine) > 1 and len(theirs) > 1:
        return min(score, ONE_WORD_OF_SEVERAL)
    return score


def _weight(left: Token, right: Token) -> float:
    if left.is_initial or right.is_initial:
        return min(left.weight, right.weight)
    return (left.weight + right.weight) / 2


_Pairs = list[tuple[int, int, Agreement]]


def _best_pairs(mine: Sequence[Token], theirs: Sequence[Token], *, turned: bool) -> _Pairs:
    """Pair the words so that the sum of weight times agreement is greatest; in the order of the first name."""
    options = [
        [(j, one) for j, b in enumerate(theirs) if (one := agree(b, a) if turned else agree(a, b)).value > 0]
        for a in mine
    ]
    best: tuple[float, _Pairs] = (0.0, [])
    order = sorted((i for i, some in enumerate(options) if some), key=lambda i: len(options[i]))
    steps = [0]

    def go(at: int, taken: int, total: float, chosen: _Pairs) -> None:
        nonlocal best
        steps[0] += 1
        if at == len(order) or steps[0] > _MOST_STEPS:
            if total > best[0]:
                best = (total, chosen)
            return
        i = order[at]
        for j, found in sorted(options[i], key=lambda option: -option[1].value):
            if not taken >> j & 1:
                gain = _weight(mine[i], theirs[j]) * found.value
                go(at + 1, taken | 1 << j, total + gain, [*chosen, (i, j, found)])
                if found.value == 1.0 and len(options[i]) == 1:
                    return
        go(at + 1, taken, total, chosen)

    go(0, 0, 0.0, [])
    return sorted(best[1], key=lambda pair: pair[0])


_MOST_STEPS = 400


def _put_together(
    mine: Sequence[Token], theirs: Sequence[Token], reasons: list[str]
) -> tuple[Sequence[Token], Sequence[Token]]:
    """Write two neighbours of the first name as one word, where the second writes them so: Xiao Ping, Xiaoping."""
    if len(mine) < 2:  # noqa: PLR2004 - two neighbours
        return mine, theirs
    texts = {token.text for token in mine}
    for other in theirs:
        if len(other.text) < LEAST_TOGETHER or other.text in texts:
            continue
        for at in range(len(mine) - 1):
            first, second = mine[at], mine[at + 1]
            ways = (first.text + second.text, first.syllable + second.syllable)
            if any(_same_but_one(joined, other.text) for joined in ways):
                reasons.append(f"'{shown(other.text)}' is written as '{shown(first.text)} {shown(second.text)}'.")
                return (*mine[:at], other, *mine[at + 2 :]), theirs
    return mine, theirs


def _same_but_one(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1:
        return False
    most = 1 if min(len(left), len(right)) > LEAST_TOGETHER + 1 else 0
    return OSA.distance(left, right, score_cutoff=most) <= most


def _left_over(tokens: Sequence[Token], paired: Sequence[int]) -> list[str]:
    return [token.text for i, token in enumerate(tokens) if i not in paired]


def _only_in(words: Sequence[str], where: str) -> list[str]:
    if not words:
        return []
    told = ", ".join(f"'{shown(word)}'" for word in words)
    return [f"{told} {'stands' if len(words) == 1 else 'stand'} only in {where}."]


def _acronym(left: Name, right: Name) -> Match:
    for short, full in ((left, right), (right, left)):
        if full.acronym and len(short.tokens) == 1 and short.tokens[0].text == full.acronym:
            reason = f"'{short.tokens[0].text.upper()}' are the first letters of '{full.said}'."
            return Match(score=ACRONYM if len(full.acronym) > _SHORT_ACRONYM else ACRONYM - 0.08, reasons=(reason,))
    return NOTHING


_SHORT_ACRONYM = 3
