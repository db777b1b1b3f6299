"""Tables of any number of rows: connections and packets."""
