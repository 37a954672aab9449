"""The command line, which composes the packages."""
