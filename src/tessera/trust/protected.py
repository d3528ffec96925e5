"""The gate before protected activity: whether a text speaks of views, faith, company, protest or traits, and of no crime.

28 CFR 23.20(b): nothing on political, religious or social views, associations or activities unless it relates directly to
criminal conduct. The ISE-SAR Functional Standard adds that race, ethnicity, national origin, religion, gender, sexual
orientation and gender identity create no suspicion. The rules are phrases in `protected_rules/*.yaml`, which a privacy officer
can read; nothing is learnt and nobody is scored. What is held is held for a person to decide.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from tessera.trust import protected_lists
from tessera.trust.protected_lists import Category, Rule, Rules
from tessera.trust.wording import Wording, word_text

__all__ = ["Category", "Finding", "Nexus", "Reason", "Rules", "examine", "prefilter", "shipped"]

REACH = 2
"""Sentences between protected words and a criminal act that explains them; further off, the act explains nothing."""
_LOOK_BACK = 6
_LOOK_AHEAD = 5
_TOPIC_BACK = 3
_SPEECH_BACK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One place in a text that a rule holds it for. `start` and `end` count characters of the text as given."""

    rule: str
    category: Category
    sentence: str
    words: str
    start: int
    end: int

    def __str__(self) -> str:
        """Say it in a sentence: the rule, the words and where they stand."""
        return f'{self.sentence} (rule {self.rule}: "{self.words}", characters {self.start} to {self.end})'


@dataclass(frozen=True, slots=True, kw_only=True)
class Nexus:
    """One place in a text that states a criminal act, a threat or evidence of one."""

    rule: str
    sentence: str
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the gate says of a text. `reasons` is empty unless it is held; `nexus` is what was found of crime, if anything."""

    held: bool
    categories: tuple[Category, ...] = ()
    reasons: tuple[Reason, ...] = ()
    nexus: tuple[Nexus, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules that hold it, sorted."""
        return tuple(sorted({reason.rule for reason in self.reasons}))


NOTHING = Finding(held=False)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a rule found words: positions in the plain words, the number of the first word, and of its sentence."""

    rule: Rule
    start: int
    end: int
    word: int
    sentence: int


@cache
def shipped() -> Rules:
    """Return the rules that come along, read once."""
    return protected_lists.read_shipped()


def prefilter(rules: Rules | None = None) -> str:
    """Give one expression (Python's and RE2's grammar alike) without which in a folded text `examine` holds nothing."""
    return (rules or shipped()).first_sight


def examine(text: str, rules: Rules | None = None) -> Finding:
    """Say whether a text is held for a privacy officer, and why. It costs a time in proportion to the text's length.

    >>> examine("Attendees of Friday prayers at the mosque were noted.").held
    True
    >>> examine("Two men were assaulted outside the church after Friday prayers.").held
    False
    """
    lists, wording = rules or shipped(), word_text(text)
    if not lists.may_hold(wording.plain):
        return NOTHING
    read = _Reading(wording, lists)
    nexus = tuple(spot for spot in read.spots(lists.nexus) if read.is_asserted(spot))
    holding = [spot for spot in read.spots(lists.protected) if read.holds(spot, nexus)]
    reasons = tuple(read.reason(spot) for spot in holding)
    return Finding(
        held=bool(reasons),
        categories=tuple(sorted({reason.category for reason in reasons})),
        reasons=reasons,
        nexus=tuple(read.nexus(spot) for spot in nexus),
    )


class _Reading:
    """One text with the lists it is read by."""

    def __init__(self, wording: Wording, lists: Rules) -> None:
        self._wording, self._lists = wording, lists
        self._firsts = list(accumulate((len(word) + 1 for word in wording.words), initial=0))
        self._suspect = {self._sentence(m.start()) for m in lists.suspicion.finditer(wording.plain)}
        self._collecting = lists.collecting.search(wording.plain) is not None
        self._serving = any(rule.found.search(wording.plain) for rule in lists.service)

    def spots(self, rules: tuple[Rule, ...]) -> list[_Spot]:
        """Find the words of these rules, in the order of the text; a rule's finds do not overlap."""
        found = [
            _Spot(rule, m.start(), m.end(), self._word(m.start()), self._sentence(m.start()))
            for rule in rules
            for m in rule.found.finditer(self._wording.plain)
        ]
        return sorted(found, key=lambda spot: (spot.start, spot.rule.name))

    def is_asserted(self, spot: _Spot) -> bool:
        """Claim that a criminal act is stated as fact, attempt or threat: not denied, imagined, long past or a topic of speech."""
        lists = self._lists
        before, after = self._clause_before(spot), self._after(spot)
        doubts = lists.doubt_before.search(lists.not_a_doubt.sub(" ", before))
        denied = doubts or lists.denied_after.match(after)
        past = lists.past_before.search(before) or lists.past_after.search(after)
        imagined = not spot.rule.firm and lists.hypothetical_before.search(before)
        return not (denied or past or imagined or self._is_topic(spot))

    def holds(self, spot: _Spot, nexus: tuple[_Spot, ...]) -> bool:
        """Claim that protected words are not explained by a criminal act near them, and are no plain description."""
        near = [act for act in nexus if abs(act.sentence - spot.sentence) <= REACH and not _within(spot, act)]
        if spot.rule.trait and self._is_ground(spot) and all(act.sentence != spot.sentence for act in near):
            return True
        if near or (self._serving and not self._collecting):
            return False
        return not spot.rule.needs_suspicion or self._is_suspect(spot)

    def _is_suspect(self, spot: _Spot) -> bool:
        return any(abs(sentence - spot.sentence) <= 1 for sentence in self._suspect)

    def _is_ground(self, spot: _Spot) -> bool:
        """Claim that a trait is given as the reason, outside a description (ISE-SAR: only in describing a suspect)."""
        sentence = self._sentence_text(spot.sentence)
        return bool(self._lists.ground.search(sentence)) and not self._lists.description.search(sentence)

    def _is_topic(self, spot: _Spot) -> bool:
        """Claim that a crime is what people speak, march or write about, not what somebody does."""
        words = self._wording.words
        at = self._back(spot.word, _TOPIC_BACK)
        topic = self._lists.topic.search(" ".join(words[at : spot.word]))
        if topic is None:
            return False
        return bool(self._lists.speech.search(" ".join(words[self._back(at, _SPEECH_BACK) : spot.word])))

    def _clause_before(self, spot: _Spot) -> str:
        at = self._back(spot.word, _LOOK_BACK)
        before = " ".join(self._wording.words[at : spot.word])
        broken = list(self._lists.clause_breaks.finditer(before))
        return before[broken[-1].end() :] if broken else before

    def _after(self, spot: _Spot) -> str:
        last = self._word(max(spot.start, spot.end - 1)) + 1
        sentence = self._wording.sentences
        words = [
            word
            for at, word in enumerate(self._wording.words[last : last + _LOOK_AHEAD], start=last)
            if sentence[at] == spot.sentence
        ]
        return " ".join(words)

    def _back(self, word: int, most: int) -> int:
        """Go back so many words, but not beyond the sentence."""
        sentences, at = self._wording.sentences, word
        while at > 0 and word - at < most and sentences[at - 1] == sentences[word]:
            at -= 1
        return at

    def _sentence_text(self, sentence: int) -> str:
        first = bisect_right(self._wording.sentences, sentence - 1)
        return " ".join(self._wording.words[first : bisect_right(self._wording.sentences, sentence)])

    def _word(self, position: int) -> int:
        return max(bisect_right(self._firsts, position) - 1, 0)

    def _sentence(self, position: int) -> int:
        return self._wording.sentences[self._word(position)]

    def reason(self, spot: _Spot) -> Reason:
        start, end = self._place(spot)
        category = spot.rule.category or Category.SOCIAL_VIEWS
        return Reason(
            rule=spot.rule.name,
            category=category,
            sentence=spot.rule.sentence,
            words=self._wording.text[start:end],
            start=start,
            end=end,
        )

    def nexus(self, spot: _Spot) -> Nexus:
        start, end = self._place(spot)
        return Nexus(
            rule=spot.rule.name,
            sentence=spot.rule.sentence,
            words=self._wording.text[start:end],
            start=start,
            end=end,
        )

    def _place(self, spot: _Spot) -> tuple[int, int]:
        last = self._word(max(spot.start, spot.end - 1))
        return self._wording.starts[spot.word], self._wording.ends[last]


def _within(spot: _Spot, act: _Spot) -> bool:
    """Claim that the same words were read as both; then they are protected words, not a crime that explains them."""
    return act.start >= spot.start and act.end <= spot.end and spot.rule.needs_suspicion


def held_parts(finding: Finding) -> Iterator[tuple[int, int]]:
    """Yield where the words stand that hold a text, each place once, in order."""
    yield from sorted({(reason.start, reason.end) for reason in finding.reasons})
