"""The read model of whistles: who is expected where, who came in time, how the street rated it."""
