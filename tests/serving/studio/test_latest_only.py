"""Of many requests only the newest counts."""

from tests.serving.studio.browser import run_module

RUN = """
    const log = [];
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    let started = 0;
    const requests = new m.LatestOnly({
      run: async (signal) => {
        started += 1;
        const mine = started;
        signal.addEventListener('abort', () => log.push(`stop ${mine}`));
        await pause(argument[mine - 1]);  // Deaf to the signal, on purpose.
        if (argument[mine - 1] === 13) throw new Error(`fault ${mine}`);
        return `answer ${mine}`;
      },
      onStart: () => log.push(`start ${started + 1}`),
      onAnswer: (answer) => log.push(answer),
      onError: (error) => log.push(error.message),
    });
"""


def run(page, code, *milliseconds):
    code = f"{RUN}{code} return log;"
    return run_module(page, "api/latest_only.js", code, milliseconds)


def test_an_old_answer_is_dropped_though_it_comes_last(module_page):
    code = "requests.ask(); await pause(50); requests.ask(); await pause(600);"
    log = run(module_page, code, 400, 10)
    assert log == ["start 1", "stop 1", "start 2", "answer 2"]


def test_an_old_fault_is_dropped_too(module_page):
    code = "requests.ask(); await pause(5); requests.ask(); await pause(300);"
    log = run(module_page, code, 13, 100)
    assert log[-1] == "answer 2" and "fault 1" not in log


def test_asking_in_quick_order_starts_one_request(module_page):
    code = "for (let i = 0; i < 9; i += 1) requests.ask(50); await pause(300);"
    assert run(module_page, code, 10) == ["start 1", "answer 1"]


def test_a_fault_of_the_newest_is_told(module_page):
    code = "requests.ask(); await pause(200);"
    assert run(module_page, code, 13) == ["start 1", "fault 1"]


def test_nothing_comes_after_a_drop(module_page):
    code = "requests.ask(); await pause(30); requests.drop(); await pause(300);"
    assert run(module_page, code, 100) == ["start 1", "stop 1"]
