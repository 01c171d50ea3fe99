"""Files are paired by their whole paths in their folders."""

from pathlib import Path

from tests.data import makers
from tf_semsynth.data import pairing
from tf_semsynth.data.files import Listing


def listing(folder, *names):
    folder = Path(folder)
    found = {name: folder / f"{name}.png" for name in names}
    return Listing(folder, (".png",), found, [])


def words_of(found):
    return [str(fault) for fault in found.faults]


def test_the_rest_is_reported():
    found = pairing.find_examples(
        listing("i", "1", "2", "3"), listing("l", "2", "3", "4")
    )
    assert [example.name for example in found.examples] == ["2", "3"]
    photo, label = words_of(found)
    assert "i/1.png: is a photo without a label." in photo
    assert "l/4.png: is a label without a photo." in label


def test_files_of_one_name_in_two_folders_are_told_apart():
    photos = listing("i", "day1/x", "day2/x")
    found = pairing.find_examples(photos, listing("l", "day1/x", "day2/x"))
    assert [e.name for e in found.examples] == ["day1/x", "day2/x"]
    assert found.examples[1].label_path == Path("l/day2/x.png")
    found = pairing.find_examples(
        listing("i", "day1/x"), listing("l", "day2/x")
    )
    assert found.examples == [] and len(found.faults) == 2


def test_names_that_differ_in_capitals_or_accents_are_shown():
    found = pairing.find_examples(listing("i", "A1"), listing("l", "a1"))
    assert "There is l/a1.png: capitals count" in words_of(found)[0]
    found = pairing.find_examples(listing("i", "a\u0430"), listing("l", "aa"))
    assert r"'a\u0430'" in words_of(found)[0]


def test_each_label_needs_an_instance_map_where_there_are_some(tmp_path):
    assert pairing.list_instances(tmp_path / "none") is None
    makers.save(tmp_path / "1.png", makers.label())
    photos, labels = listing("i", "1", "2"), listing("l", "1", "2")
    maps = pairing.list_instances(tmp_path)
    found = pairing.find_examples(photos, labels, maps)
    assert found.examples[0].instance_path == tmp_path / "1.png"
    (words,) = words_of(found)
    assert "l/2.png: is a label without an instance map" in words
