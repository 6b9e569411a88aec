"""The command line: what an administrator or a script asks, answered in one plain sentence."""
