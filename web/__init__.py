"""HTTP: the API and the pages. They parse, ask or order, and answer; they decide nothing."""
