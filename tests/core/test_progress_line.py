"""The progress bar of commands."""

import io

from tf_semsynth.core.progress_line import ProgressLine


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_pipe_gets_one_line_when_all_is_done_quickly():
    stream = io.StringIO()
    with ProgressLine(3, "pictures", stream=stream) as line:
        for _ in range(3):
            line.advance()
    (text,) = stream.getvalue().splitlines()
    assert "3/3 pictures" in text
    assert "left" not in text


def test_a_pipe_gets_lines_on_the_way():
    stream = io.StringIO()
    line = ProgressLine(4, "pictures", seconds=0, stream=stream)
    line.advance(2)
    assert "[==========          ] 2/4 pictures" in stream.getvalue()
    assert "left" in stream.getvalue()


def test_a_terminal_gets_one_line_written_over():
    stream = Terminal()
    line = ProgressLine(1, "pictures", stream=stream)
    line.advance()
    assert stream.getvalue().startswith("\r[====================] 1/1")
    assert stream.getvalue().count("\n") == 1
