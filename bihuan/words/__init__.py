"""Codes and facts made into sentences, for pages, API, command line and jobs alike; decides nothing."""
