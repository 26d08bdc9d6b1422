"""Reading: from a page's text to its attributions, one file a step."""
