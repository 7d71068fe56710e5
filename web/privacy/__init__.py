"""Looking at personal data: with a reason, and never without a trace."""
