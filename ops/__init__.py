"""Everything that starts a process: settings, bootstrap, command line, scheduler, readers."""
