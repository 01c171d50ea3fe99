"""Apache Beam pipelines and what comes back from them."""

import pytest

beam = pytest.importorskip("apache_beam", reason="pip install .[beam]")

from apache_beam.options.pipeline_options import (  # noqa: E402
    DirectOptions,
    StandardOptions,
)

from tf_semsynth.evaluation.beam_runs import (  # noqa: E402
    read_options,
    run_pipeline,
)


def build(numbers, problems=()):
    def make(pipeline):
        squares = (
            pipeline
            | "Numbers" >> beam.Create(numbers)
            | beam.Map(lambda x: (f"square_of_{x}", {"square": x * x}))
        )
        # A type that Beam does not guess from an empty list.
        texts = pipeline | "Texts" >> beam.Create(list(problems))
        return squares, texts

    return make


def test_what_was_found_comes_back_and_leaves_nothing(tmp_path):
    found = run_pipeline(build([2, 3]), tmp_path)
    assert found == {"square_of_2": {"square": 4}, "square_of_3": {"square": 9}}
    assert list(tmp_path.iterdir()) == []


def test_problems_are_one_message(tmp_path):
    problems = ["b.png is damaged.", "a.png is damaged.", "b.png is damaged."]
    with pytest.raises(ValueError) as caught:
        run_pipeline(build([2], problems), tmp_path)
    text = str(caught.value)
    assert text == "a.png is damaged. (And 1 more problem.)"
    assert list(tmp_path.iterdir()) == []


def test_flags_go_to_beam():
    options = read_options("--runner=DirectRunner --direct_num_workers 3")
    assert options.view_as(StandardOptions).runner == "DirectRunner"
    assert options.view_as(DirectOptions).direct_num_workers == 3
    # In this process: others first look for, or download, a program.
    assert read_options("").view_as(StandardOptions).runner == "FnApiRunner"


@pytest.mark.parametrize("text", ["--direct_num_workers=many", "--x='a"])
def test_flags_that_beam_does_not_understand(text):
    with pytest.raises(ValueError, match="--beam_options=.*--runner="):
        read_options(text)
