"""A py_test that runs the tests of its folder with pytest."""

def pytest_test(name, deps, **kwargs):
    """Runs `test_*.py` of the calling folder; they see `deps` alone.

    Args:
      name: str, the name of the target.
      deps: Labels of the libraries under test.
      **kwargs: Passed on to py_test.
    """
    runner = "//scripts/bazel:run_pytest.py"
    native.py_test(
        name = name,
        srcs = native.glob(["**/*.py"]) + [runner],
        main = runner,
        args = [native.package_name()],
        deps = deps + ["//tests:helpers"],
        **kwargs
    )
