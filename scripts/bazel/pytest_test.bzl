"""A py_test that runs the tests of its folder with pytest."""

def pytest_test(name, deps, timeout = "long"):
    """Runs `test_*.py` of the calling folder; they see `deps` alone.

    What else the folder holds is the library `helpers`, for other folders.

    Args:
      name: str, the name of the target.
      deps: Labels of the libraries under test.
      timeout: str, as py_test has it.
    """
    runner = "//scripts/bazel:run_pytest.py"
    native.py_library(
        name = "helpers",
        testonly = True,
        srcs = native.glob(
            ["**/*.py"],
            exclude = ["**/test_*.py"],
        ),
        visibility = ["//tests:__subpackages__"],
    )
    native.py_test(
        name = name,
        timeout = timeout,
        srcs = native.glob(["**/test_*.py"]) + [runner],
        main = runner,
        args = [native.package_name()],
        deps = deps + [":helpers", "//tests:helpers"],
    )
