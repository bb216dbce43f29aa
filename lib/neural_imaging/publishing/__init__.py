"""What others get of a finished study: pages to look at, and a research object (RO-Crate) to keep."""
