"""What strategies are worth: split, recommended from what is left, judged, reported; training needs none of it."""
