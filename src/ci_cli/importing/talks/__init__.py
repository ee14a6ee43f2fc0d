"""Files that tell what was said, agreed, hoped for and used: their headers and their words."""
