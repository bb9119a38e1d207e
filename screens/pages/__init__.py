"""One widget class per view-model."""
