"""Manual gateways and wire transfers have nothing beyond others of their families."""

from __future__ import annotations

from billfold.gateways.protocol import Kindred

GATEWAY = Kindred(
    called="manual_gateways",
    doc="No payment provider: the merchant looks after the money, as it comes by bank transfer.",
    members={},
)

SOURCE = Kindred(
    called="wire_transfers",
    doc="The customer's promise to transfer the order's amount; the merchant captures it once the money has come.",
    members={},
)
