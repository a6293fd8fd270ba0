"""Every payment service provider this server speaks to, one line each."""
