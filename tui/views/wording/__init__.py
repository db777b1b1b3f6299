"""How roles, notes and states are named to people, and by which shorter names where there is little room."""
