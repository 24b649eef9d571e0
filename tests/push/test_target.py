import pytest

from pipeline.errors import PresetError
from pipeline.push.target import read_targets

ENV = {"KEY": "se-cret?a=1", "SHOWCASE_PUSH_KEY": "only", "SHOWCASE_PUSH_KEY_2": "second"}


def test_the_key_is_in_the_address_and_never_shown() -> None:
    (named,) = read_targets(["rtmps://example.org:443/rtmp/{KEY}"], ENV)
    assert named.address == "rtmps://example.org:443/rtmp/se-cret?a=1"
    (single,) = read_targets(["rtmp://example.org/live"], ENV)
    assert single.address == "rtmp://example.org/live/only"
    typed, numbered = read_targets(["rtmp://a/live/by-hand", "rtmp://b/live2"], ENV)
    assert numbered.address == "rtmp://b/live2/second"
    for target, key in ((named, "se-cret"), (single, "only"), (typed, "by-hand"), (numbered, "second")):
        assert key not in target.shown + repr(target)
    assert [each.has_typed_key for each in (named, single, typed, numbered)] == [False, False, True, False]
    assert named.shown == "rtmps://example.org:443/rtmp/••••"


def test_a_key_meant_for_one_server_reaches_no_other() -> None:
    with pytest.raises(PresetError) as caught:
        read_targets(["rtmp://a/live", "rtmp://b/live"], {"SHOWCASE_PUSH_KEY": "only"})
    assert [told.code for told in caught.value.reasons] == ["push-no-key", "push-no-key"]


@pytest.mark.parametrize(("typed", "told"), [("latency=300", "300000"), ("latency=300000", "300000")])
def test_latency_of_srt_may_be_in_either_unit(typed: str, told: str) -> None:
    (target,) = read_targets([f"srt://example.org:9000?{typed}"], {})
    assert target.address == f"srt://example.org:9000?latency={told}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/live", "push-scheme"),
        ("live", "push-scheme"),
        ("rtmp:///live", "push-address"),
        ("rtmp://example.org", "push-address"),
        ("rtmp://user:word@example.org/live/x", "push-address"),
        ("rtmp://example.org:port/live/x", "push-address"),
        ("rtmp://example.org/{KEY}/x", "push-address"),
        ("rtmp://example.org/live/a b", "push-address"),
        ("srt://example.org", "push-address"),
        ("rtmp://example.org/live/{ABSENT}", "push-no-key"),
        ("srt://example.org:9?passphrase={KEY}", "push-srt-secret"),
        ("srt://example.org:9?streamid=x", "push-srt-secret"),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(url: str, code: str) -> None:
    with pytest.raises(PresetError) as caught:
        read_targets([url], ENV)
    assert caught.value.code == code
    assert caught.value.reason.th
    assert "se-cret" not in caught.value.reason.en + caught.value.reason.th


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(PresetError) as caught:
        read_targets(["http://a/", "rtmp://b", "rtmp://c/live"], {})
    assert [told.code for told in caught.value.reasons] == ["push-scheme", "push-address", "push-no-key"]
