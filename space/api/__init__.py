"""The outer web application: health and readiness, around which the page and the doors are mounted."""
