"""The rules: plain Python without framework, files, clock or randomness; time arrives as an argument."""
