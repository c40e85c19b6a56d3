"""Stand-ins for the outside world, on real HTTP: a marketplace with its message box, and a carrier.

Nothing here knows the product. The sandbox speaks to it only through the doors that a real marketplace and a
real carrier would use: the seller's API, signed webhooks, and EasyPost's trackers API.
"""
