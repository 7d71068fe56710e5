"""Use cases of a whistle: blow it, answer it, judge it, let a party's deadline fire."""
