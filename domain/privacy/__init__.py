"""Personal data: whose words are erased, restricted or looked at; the facts hold handles only."""
