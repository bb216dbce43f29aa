import runpy


def test_thousands_of_damaged_streams_are_refused_or_read(capsys, request):
    program = runpy.run_path(str(request.config.rootpath / "tests/system/mutations.py"))
    # Ends with an exit code, which fails this, at any other exception or memory beyond what the header allows; times
    # are for the program alone, since this machine may be busy.
    program["main"](["--count", "3000", "--seed", "2", "--longest", "600"])
    printed = capsys.readouterr().out
    assert "3,000 streams" in printed
    assert "\n0 failures" in printed
