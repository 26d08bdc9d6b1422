"""Read allegations: who accuses whom of what, who denies or admits it, and how the page keeps its distance."""
