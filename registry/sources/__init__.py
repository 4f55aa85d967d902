"""Where claims come from, one file each."""
