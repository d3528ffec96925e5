"""Names by a model: what a pipeline computes for parts that are not there is left out, and nothing that names need."""

import pytest

from tessera.engines import names
from tessera.model.found import MentionType, Off

spacy = pytest.importorskip("spacy", reason="the extra 'names' is not installed")
LISTENS = {"model": {"tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}}}


def test_layers_that_only_other_parts_listen_to_are_left_out() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("tok2vec")
    pipeline.add_pipe("ner")
    assert names.with_what_names_need(pipeline).pipe_names == ["ner"]


def test_layers_that_the_finder_of_names_listens_to_stay() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("tok2vec")
    pipeline.add_pipe("ner", config=LISTENS)
    assert names.with_what_names_need(pipeline).pipe_names == ["tok2vec", "ner"]


def test_names_in_text_that_shouts_are_found_where_they_stand() -> None:
    finder = names.open_names(None)
    if isinstance(finder, Off):
        pytest.skip(finder.why)
    text = "SUBJECT JOHN DOE WAS SEEN IN DOVER WEARING A BLUE SHIRT. DOB 04/18/71."
    quiet = "The FBI met John Doe in Dover."
    loud, other = finder.find([text, quiet])
    assert ("JOHN DOE", MentionType.PERSON) in {(one.value, one.type) for one in loud}
    assert not [one for one in loud if one.type is MentionType.ORGANIZATION]
    assert all(text[one.start : one.end] == one.value for one in loud)
    assert {one.value for one in other} >= {"John Doe", "Dover"}
