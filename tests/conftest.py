"""What the tests of the running product share."""

from typing import Callable, Iterator

import pytest

from tests.running_product import Agent, Buyer, Product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One running product for all tests that leave its processes alone; each uses conversations of its own."""
    running = Product(tmp_path_factory.mktemp("product"))
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def buyer(product: Product) -> Callable[..., Buyer]:
    """Makes buyers: ``buyer("DEMO-1001", door="platform", locale="de")``."""
    return lambda *told, **more: Buyer(product, *told, **more)


@pytest.fixture
def agent(product: Product) -> Callable[[Buyer], Agent]:
    """Makes agents: ``agent(buyer)`` looks after that buyer's case."""
    return lambda about: Agent(product, about)
