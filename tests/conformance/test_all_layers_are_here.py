"""No layer escapes the conformance tests."""

from tests.conformance.layer_cases import CASES, all_layer_classes


def test_every_layer_of_the_package_has_a_case():
    covered = {name.split()[0] for name in CASES}
    assert all_layer_classes() == covered
