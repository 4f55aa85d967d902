"""The registry's commands, one a file: what each takes, what it prints, its examples. No rule is decided here."""
