"""Read models: what pages show, computed from the log, rebuilt and never migrated."""
