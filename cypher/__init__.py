"""Every Cypher statement of Edgewise, one to a file; `graph.queries` reads and checks them."""
