"""MiniStack, as PyPI has it: what it does otherwise is found, and the scoreboard tells it as it is."""
import pytest

import conftest  # noqa: F401
import peers
from suite import by_verdict, ids, judged, scores


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peer")
    with peers.ministack() as words:
        code, report = judged(folder, *words, "--scoreboard", folder / "board.md")
    return code, report, (folder / "board.md").read_text()


def test_metadata_of_arrays_is_wrong(asked):
    code, report, _ = asked
    assert code == 1
    for transport in ("mqtt", "https"):
        wrong = by_verdict(report, transport=transport, section="D")["wrong"]
        assert {"V029", "D2_1"} <= ids(wrong)
        [one] = [one for one in wrong if one["id"] == "D2_1"]
        assert any('metadata.reported.l is {"timestamp":"now"}, not [' in why for why in one["why"])


def test_the_words_of_a_404_are_other_words(asked):
    _, report, _ = asked
    for transport in ("mqtt", "https"):
        other = ids(by_verdict(report, transport=transport)["text"])
        assert {"V093", "B9_1"} <= other


def test_what_it_does_not_have_is_not_wrong(asked):
    _, report, _ = asked
    absent = by_verdict(report, transport="https")
    assert {"H09-route", "H10-route"} <= ids(absent["not offered"])


def test_the_page_has_these_numbers(asked):
    label = f"MiniStack {peers.ministack_version()}"
    said = scores(peers.PAGE.read_text(), label)
    assert len(said) == 2
    assert said == scores(asked[2], label), "tests/conformance/peers.py renews the page"
