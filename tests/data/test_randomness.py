"""Orders and seeds depend on their arguments alone, and on all of them."""

import numpy as np

from tf_semsynth.data.randomness import epoch_order, generator, noise_seed


def test_an_order_is_a_permutation_that_changes_with_seed_and_epoch():
    first = epoch_order(0, 0, 50)
    assert sorted(first.tolist()) == list(range(50))
    assert (epoch_order(0, 0, 50) == first).all()
    assert (epoch_order(0, 1, 50) != first).any()
    assert (epoch_order(1, 0, 50) != first).any()


def test_noise_seeds_are_never_the_same():
    seeds = {
        noise_seed(seed, epoch, position)
        for seed in range(-5, 5)
        for epoch in range(20)
        for position in range(100)
    }
    assert len(seeds) == 10 * 20 * 100
    assert 0 <= min(seeds) and max(seeds) < 2**63


def test_the_bits_of_noise_seeds_are_balanced():
    seeds = np.array([noise_seed(0, 0, i) for i in range(4000)])
    shares = [(seeds >> bit & 1).mean() for bit in range(63)]
    assert max(abs(share - 0.5) for share in shares) < 0.04


def test_negative_and_large_seeds_are_fine():
    assert generator(-1, 2).random() != generator(2**70, 2).random()
