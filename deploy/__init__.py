"""How Porchlight is set up, trained and started."""
