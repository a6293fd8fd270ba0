"""Promotions: what makes an order cheaper, coupons and gift cards included."""
