"""How the tables came about, one file a step; `records.migrating` runs them."""
