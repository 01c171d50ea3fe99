import pytest

from tf_semsynth.networks.block_plan import block_plan, num_doublings


@pytest.mark.parametrize(
    ("size", "levels", "filters"),
    [
        ("normal", (0, 1, 1, 2, 3, 4, 5), (64, 64, 64, 32, 16, 8, 4)),
        ("more", (0, 1, 2, 3, 4, 5, 6), (64, 64, 64, 32, 16, 8, 4)),
        ("most", (0, 1, 2, 3, 4, 5, 6, 7), (64, 64, 64, 32, 16, 8, 4, 2)),
    ],
)
def test_the_plan_doubles_up_to_the_full_size(size, levels, filters):
    plan = block_plan(size, 4)
    assert tuple(step.level for step in plan) == levels
    assert num_doublings(size) == levels[-1]
    assert tuple(step.filters for step in plan) == filters
    assert len({step.name for step in plan}) == len(plan)
