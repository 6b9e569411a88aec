"""The pages: HTTP in, one call of an action or a query, a page out."""
