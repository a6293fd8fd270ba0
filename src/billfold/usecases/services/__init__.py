"""The merchant's own services: asked for prices, costs and consent."""
