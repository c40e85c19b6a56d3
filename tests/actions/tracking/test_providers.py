"""Who is asked about a parcel, in which order, and what an installation may change about it."""

import pytest

from actions.orders.order import Parcel
from actions.tracking import providers
from actions.tracking.providers import Candidate, read_plan
from cases import settings
from cases.settings import SettingsError

KEYS = {
    "easypost": "PORCHLIGHT_EASYPOST_KEY",
    "aftership": "PORCHLIGHT_AFTERSHIP_KEY",
    "seventeen_track": "PORCHLIGHT_17TRACK_KEY",
    "dhl": "PORCHLIGHT_DHL_KEY",
    "ups": "PORCHLIGHT_UPS_KEY",
}
ALL = tuple(KEYS)


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """A sandbox without keys."""
    for name in (*KEYS.values(), "PORCHLIGHT_MODE", "PORCHLIGHT_TRACKING_FILE"):
        monkeypatch.delenv(name, raising=False)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


@pytest.fixture
def keys(monkeypatch):
    """``keys("dhl", "ups")``: these providers have one."""
    return lambda *names: [monkeypatch.setenv(KEYS[name], f"key of {name}") for name in names]


def asked(carrier, provider="", url=None, plan=None):
    """The names of those who are asked about a carrier's parcel."""
    return [one.name for one in (plan or read_plan()).candidates(Parcel("CC1", carrier, provider, url))]


@pytest.mark.parametrize(
    ("carrier", "names"),
    [
        ("DHL", ["dhl", "easypost", "aftership", "seventeen_track"]),
        ("dhl", ["dhl", "easypost", "aftership", "seventeen_track"]),
        ("DHL Paket", ["dhl", "easypost", "aftership", "seventeen_track"]),
        ("DHLExpress", ["dhl", "easypost", "aftership", "seventeen_track"]),
        ("UPS", ["ups", "easypost", "aftership", "seventeen_track"]),
        ("U.P.S.", ["ups", "easypost", "aftership", "seventeen_track"]),
        ("USPS", ["easypost", "aftership", "seventeen_track"]),
        ("other", ["easypost", "aftership", "seventeen_track"]),
        ("", ["easypost", "aftership", "seventeen_track"]),
        (None, ["easypost", "aftership", "seventeen_track"]),
    ],
)
def test_the_order_of_preference_depends_on_the_carrier(keys, carrier, names):
    keys(*ALL)
    assert asked(carrier) == names


def test_only_those_with_a_key_are_asked(keys):
    assert asked("DHL") == []
    keys("seventeen_track", "dhl")
    assert asked("DHL") == ["dhl", "seventeen_track"]
    assert asked("UPS") == ["seventeen_track"]


def test_the_orders_own_provider_is_asked_first_and_once(keys):
    keys(*ALL)
    assert asked("DHL", provider="aftership") == ["aftership", "dhl", "easypost", "seventeen_track"]
    assert asked("DHL", provider="nobody") == ["dhl", "easypost", "aftership", "seventeen_track"]


def test_an_address_that_the_order_names_is_the_only_one_asked(keys):
    keys(*ALL)
    parcel = Parcel("CC1", "DHL", "easypost", "http://127.0.0.1:1/carrier")
    assert read_plan().candidates(parcel) == [Candidate("easypost", parcel.provider_url, "key of easypost")]
    assert asked("DHL", "nobody", parcel.provider_url) == []


def test_the_sandboxs_addresses_need_no_key_and_production_always_needs_one(monkeypatch):
    parcel = Parcel("CC1", "DHL", "easypost", "http://127.0.0.1:1/carrier")
    assert [one.key for one in read_plan().candidates(parcel)] == ["sandbox"]
    monkeypatch.setenv("PORCHLIGHT_MODE", "production")
    for name in ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "API_TOKEN"):
        monkeypatch.setenv(f"PORCHLIGHT_{name}", "set")
    settings.settings.cache_clear()
    assert read_plan().candidates(parcel) == []


@pytest.fixture
def laid_over(tmp_path):
    """``laid_over(text)``: the plan with an installation's own file over it."""

    def read(text):
        path = tmp_path / "my.yml"
        path.write_text(text, encoding="utf-8")
        return read_plan(laid_over=path)

    return read


def test_an_installation_changes_order_addresses_and_limits_and_keeps_the_rest(keys, laid_over):
    keys(*ALL)
    plan = laid_over(
        "carriers: {dhl: [aftership], gls: [seventeen_track]}\n"
        "providers: {aftership: {address: 'https://proxy.example'}}\n"
        "limits: {seconds: 3}\n"
    )
    assert asked("DHL", plan=plan) == ["aftership"]
    assert asked("GLS Germany", plan=plan) == ["seventeen_track"]
    assert asked("UPS", plan=plan)[0] == "ups"
    [candidate] = plan.candidates(Parcel("CC1", "DHL", ""))
    assert (candidate.address, candidate.key) == ("https://proxy.example", "key of aftership")
    assert (plan.limits["seconds"], plan.limits["attempts"]) == (3, read_plan().limits["attempts"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("carriers: {dhl: [dhll]}", "dhl names a provider dhll"),
        ("providers: {fedex: {key: X}}", "no provider fedex"),
        ("provider: {}", "no section provider"),
        ("carriers: [dhl]", "no section carriers"),
        ("- a list", "not a mapping"),
        ("{", "my.yml"),
    ],
)
def test_a_mistake_in_it_is_told(laid_over, text, told):
    with pytest.raises(SettingsError, match=told):
        laid_over(text)


def test_the_installations_file_is_named_by_the_environment(monkeypatch, tmp_path):
    path = tmp_path / "my.yml"
    path.write_text("limits: {seconds: 2}", encoding="utf-8")
    monkeypatch.setenv("PORCHLIGHT_TRACKING_FILE", str(path))
    providers.plan.cache_clear()
    try:
        assert providers.plan().limits["seconds"] == 2
    finally:
        providers.plan.cache_clear()


def test_everything_together_ends_within_nine_seconds():
    from actions.orders import sandbox, sources

    limits, orders = read_plan().limits, sources.read_plan().limits
    assert max(sum(sandbox.SECONDS), orders["seconds"] + orders["grace"]) + limits["seconds"] + limits["grace"] <= 9
    assert limits["connect_seconds"] + limits["read_seconds"] >= limits["seconds"]
