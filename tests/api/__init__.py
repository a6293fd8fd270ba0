"""Stories that are told over HTTP, as a storefront and a back office would tell them."""
