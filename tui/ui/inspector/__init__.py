"""What the cursor rests on: its explanation, its fields, its bytes."""
