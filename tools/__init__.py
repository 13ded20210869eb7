"""Programs for whoever works on Levigate; none of them ships."""
