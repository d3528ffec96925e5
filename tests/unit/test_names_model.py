"""Names by a model: what a pipeline computes for parts that are not there is left out, and nothing that names need."""

import pytest

from tessera.engines import names

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
