"""Of many requests one is under way, and only the newest waits."""

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


def test_what_is_under_way_is_finished_and_the_newest_follows(module_page):
    code = (
        "requests.ask(); await pause(50); "
        "for (let i = 0; i < 5; i += 1) requests.ask(); await pause(700);"
    )
    log = run(module_page, code, 300, 10)
    assert log == ["start 1", "answer 1", "start 2", "answer 2"]


def test_the_newest_follows_a_fault_too(module_page):
    code = "requests.ask(); await pause(5); requests.ask(); await pause(400);"
    log = run(module_page, code, 13, 100)
    assert log == ["start 1", "fault 1", "start 2", "answer 2"]


def test_asking_in_quick_order_starts_one_request(module_page):
    code = "for (let i = 0; i < 9; i += 1) requests.ask(50); await pause(300);"
    assert run(module_page, code, 10) == ["start 1", "answer 1"]


def test_somebody_who_never_stops_asking_is_answered(module_page):
    code = (
        "for (let i = 0; i < 20; i += 1) "
        "{ requests.ask(100); await pause(30); }"
    )
    log = run(module_page, code, *[20] * 20)
    assert log.count("answer 1") == log.count("answer 2") == 1


def test_nothing_is_asked_before_the_time_that_the_server_names(module_page):
    code = (
        "requests.askAgain(400); requests.ask(10); await pause(200); "
        "log.push('quiet'); await pause(400);"
    )
    assert run(module_page, code, 10) == ["quiet", "start 1", "answer 1"]


def test_asking_at_once_does_not_wait_for_that_time(module_page):
    code = "requests.askAgain(5000); requests.ask(); await pause(200);"
    assert run(module_page, code, 10) == ["start 1", "answer 1"]


def test_nothing_comes_after_a_drop(module_page):
    code = "requests.ask(); await pause(30); requests.drop(); await pause(300);"
    assert run(module_page, code, 100) == ["start 1", "stop 1"]


def test_after_a_drop_the_next_does_not_wait(module_page):
    code = (
        "requests.ask(); await pause(30); requests.drop(); requests.ask(); "
        "await pause(200);"
    )
    log = run(module_page, code, 5000, 10)
    assert log == ["start 1", "stop 1", "start 2", "answer 2"]
