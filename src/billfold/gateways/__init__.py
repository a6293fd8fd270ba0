"""Every payment service provider this server speaks to, one line each."""

from __future__ import annotations

from billfold.gateways.klarna import KLARNA
from billfold.gateways.manual import MANUAL
from billfold.gateways.protocol import Psp
from billfold.gateways.stripe import STRIPE

GATEWAYS: tuple[Psp, ...] = (STRIPE, KLARNA, MANUAL)
