"""Exchange: pages with their attributions in the forms that others read, one file a form."""
