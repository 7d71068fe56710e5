"""Open311 GeoReport v2: the city's services, reports and their updates for other programs."""
