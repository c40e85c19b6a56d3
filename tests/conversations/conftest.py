"""What the conversations' tests share besides the running product."""

from typing import Callable, Iterator

import pytest

from tests.running_product import Agent, Buyer, Product


@pytest.fixture(scope="session")
def fragile_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A second product, whose processes tests may stop, kill and restart; each test leaves all of them running."""
    running = Product(tmp_path_factory.mktemp("fragile-product"))
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def fragile_buyer(fragile_product: Product) -> Callable[..., Buyer]:
    """Makes buyers at the second product."""
    return lambda *told, **more: Buyer(fragile_product, *told, **more)


@pytest.fixture
def fragile_agent(fragile_product: Product) -> Callable[[Buyer], Agent]:
    """Makes agents at the second product."""
    return lambda about: Agent(fragile_product, about)


@pytest.fixture
def missing() -> dict:
    """How buyers say, in each language, that the parcel is recorded as delivered and not there."""
    return {
        "en": "My parcel is marked as delivered but I don't have it",
        "de": "Mein Paket soll zugestellt sein, aber ich habe nichts bekommen",
        "zh": "物流显示已签收，但是我没有收到包裹",
    }
