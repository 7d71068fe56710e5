"""People and units: who may act, and who this browser is."""
