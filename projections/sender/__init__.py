"""The read model of senders."""
