"""A PSP on your own machine: look-alikes of Stripe and Klarna, so that nobody needs an account to develop a
shop.
 It is a separate ASGI application, reached over HTTP like the real ones, and imports nothing from the rest of
Billfold.
"""

from __future__ import annotations

from billfold.sandbox.app import create_app

__all__ = ["create_app"]
