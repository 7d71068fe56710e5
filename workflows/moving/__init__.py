"""Moving running cases: plans read and checked, cases judged, orders carried out."""
