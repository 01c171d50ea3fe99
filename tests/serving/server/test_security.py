import pytest

from tf_semsynth_serving.server import security


def test_a_token_is_the_line_of_its_file(tmp_path):
    path = tmp_path / "token"
    path.write_text("abc-123\n")
    assert security.read_token(str(path)) == "abc-123"
    assert security.read_token(None) is None


@pytest.mark.parametrize("text", ["", " \n", "two\nlines", "grün"])
def test_a_file_without_a_usable_token_is_refused(tmp_path, text):
    path = tmp_path / "token"
    path.write_text(text)
    with pytest.raises(ValueError, match="openssl rand -hex 32"):
        security.read_token(str(path))


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(OSError):
        security.read_token(str(tmp_path / "nothing"))


@pytest.mark.parametrize(
    "header, expected",
    [
        ("Bearer abc", True),
        ("bearer  abc ", True),
        ("abc", False),
        ("Bearer ab", False),
        ("Bearer abcd", False),
        ("Bearer ü", False),
        ("Basic abc", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_token_opens(header, expected):
    assert security.is_authorized("abc", header) == expected
    assert security.is_authorized(None, header)


@pytest.mark.parametrize(
    "host, expected",
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("studio.localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.com", False),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_alone(host, expected):
    assert security.is_loopback(host) == expected
