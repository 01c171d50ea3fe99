"""Undo and redo, and the run lengths that they are kept in."""

import numpy as np
import pytest

from tests.serving.studio.browser import run_module

DRAWING = """
    const { LabelMap } = await import('/labels/label_map.js');
    const { History } = await import('/labels/history.js');
    const map = new LabelMap(40, 30, 300);
    const history = new History(argument?.maxBytes);
    const drawing = new m.Drawing(map, history);
    const paint = (id, y, x0, x1) =>
      drawing.change((edit) => edit.painter(id)(y, x0, x1));
    const state = () => Array.from(map.ids);
"""


def run(page, code, argument=None):
    return run_module(page, "labels/drawing.js", DRAWING + code, argument)


@pytest.mark.parametrize("largest", [1, 2, 255, 70_000])
def test_runs_give_the_ids_back(module_page, largest):
    rng = np.random.default_rng(0)
    ids = np.repeat(
        rng.integers(0, min(largest, 65_535), 40), rng.integers(1, 500, 40)
    )
    found = run_module(
        module_page,
        "labels/runs.js",
        "const ids = Uint16Array.from(argument); "
        "const runs = m.encodeRuns(ids); const back = "
        "new Uint16Array(ids.length); m.decodeRuns(runs, back); "
        "return [Array.from(back), runs.length];",
        ids.tolist(),
    )
    assert found[0] == ids.tolist()
    assert found[1] <= 6 * 40


@pytest.mark.parametrize("runs", [[0], [0, 3], [0, 5], [0, 128]])
def test_damaged_runs_are_refused(module_page, runs):
    words = run_module(
        module_page,
        "labels/runs.js",
        "try { m.decodeRuns(Uint8Array.from(argument), new Uint8Array(4)); } "
        "catch (error) { return error.name; }",
        runs,
    )
    assert words == "RangeError"


def test_undo_and_redo_walk_through_all_states(module_page):
    states, undone, redone = run(
        module_page,
        """
        const states = [state()];
        for (let id = 1; id < 280; id += 31) {
          paint(id, id % 30, id % 20 - 3, 25 + id % 20);
          states.push(state());
        }
        const undone = [];
        do { undone.push(state()); } while (drawing.undo());
        const redone = [];
        do { redone.push(state()); } while (drawing.redo());
        return [states, undone, redone];
        """,
    )
    assert len(states) == 10
    assert undone == states[::-1]
    assert redone == states


def test_what_changes_nothing_is_no_step(module_page):
    assert run(
        module_page, "return [paint(0, 3, 0, 40), drawing.canUndo];"
    ) == [
        False,
        False,
    ]


def test_a_new_change_forgets_what_was_undone(module_page):
    assert not run(
        module_page,
        "paint(1, 0, 0, 9); drawing.undo(); paint(2, 0, 0, 9); "
        "return drawing.canRedo;",
    )


def test_the_memory_of_the_history_is_bounded(module_page):
    bytes_, steps, first = run(
        module_page,
        """
        for (let i = 0; i < 400; i += 1) paint(1 + i % 250, i % 30, 0, 30);
        const bytes = history.numBytes;
        let steps = 0;
        while (drawing.undo()) steps += 1;
        return [bytes, steps, map.ids[0]];
        """,
        {"maxBytes": 10_000},
    )
    assert bytes_ <= 10_000
    assert 20 < steps < 100
    assert first != 0  # The oldest state was forgotten.


def test_the_last_step_is_kept_however_large(module_page):
    noise = np.random.default_rng(0).integers(0, 300, 1200).tolist()
    undone = run(
        module_page,
        "drawing.replace(Uint16Array.from(argument.noise)); "
        "drawing.undo(); return state();",
        {"noise": noise, "maxBytes": 100},
    )
    assert undone == [0] * 1200


def test_a_stroke_that_is_given_up_leaves_nothing(module_page):
    left, told = run(
        module_page,
        """
        const told = [];
        paint(5, 2, 0, 40);
        drawing.onChange(({ settled }) => told.push(settled));
        drawing.begin().painter(7)(2, 3, 12);
        drawing.touch();
        drawing.cancel();
        return [state().filter((id) => id === 7).length, told];
        """,
    )
    assert left == 0
    assert told == [False, False]


def test_nothing_is_painted_outside(module_page):
    ids = run(
        module_page,
        """
        for (const y of [-1, 0, 29, 30]) paint(9, y, -5, 2);
        paint(8, 5, 38, 60);
        return state();
        """,
    )
    expected = np.zeros((30, 40), int)
    expected[0, :2] = expected[29, :2] = 9
    expected[5, 38:] = 8
    assert ids == expected.ravel().tolist()
