"""Pages: from what a user names to pages, one file a format."""
