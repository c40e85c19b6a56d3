"""One parcel has a picture: told over AfterShip's API, served to whoever has its address."""

from __future__ import annotations

import io

import requests
from PIL import Image

NUMBER = "CC731010130DE"
KEY = {"as-api-key": "any-key"}


def trackings(sandbox, number=NUMBER, headers=KEY):
    [parcel] = sandbox.order("DEMO-1013")["parcels"]
    assert parcel["provider"] == "aftership"
    url = f"{parcel['carrier_base_url']}/tracking/2026-07/trackings"
    return requests.get(url, params={"tracking_numbers": number}, headers=headers, timeout=10)


def test_the_parcel_has_a_photo_with_a_position(sandbox):
    [tracking] = trackings(sandbox).json()["data"]["trackings"]
    assert (tracking["tracking_number"], tracking["tag"], tracking["order_id"]) == (NUMBER, "Delivered", "DEMO-1013")
    assert tracking["checkpoints"][-1]["message"] == "Left in a safe place: porch. Photo taken."
    assert tracking["checkpoints"][-1]["checkpoint_time"] == "2026-11-21T12:00:00Z"
    [proof] = tracking["proof_of_delivery"]
    answer = requests.get(proof["url"], timeout=10)
    assert (proof["type"], answer.headers["content-type"]) == ("image", "image/jpeg")
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (960, 720) and picture.getexif().get_ifd(0x8825)[1] == "N"
    assert requests.get(proof["url"].replace(".jpg", "0.jpg"), timeout=10).status_code == 404


def test_other_parcels_have_none_and_unknown_ones_are_no_error(sandbox):
    [tracking] = trackings(sandbox, "CC731010015DE").json()["data"]["trackings"]
    assert tracking["proof_of_delivery"] == []
    assert trackings(sandbox, "CC000000000DE").json()["data"]["trackings"] == []
    assert trackings(sandbox, "CC731010090DE").json()["data"]["trackings"] == [], "that account never answers"


def test_a_key_is_needed(sandbox):
    assert trackings(sandbox, headers={}).status_code == 401
