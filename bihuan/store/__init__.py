"""Tables and queries: the only layer that knows models. Nothing is fetched without naming who asks."""
