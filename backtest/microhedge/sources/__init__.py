"""Where prices come from: each source turns its files into a `Market` and says who made them."""
