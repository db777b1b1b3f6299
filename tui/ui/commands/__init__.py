"""What keys do, one module for each family of keys; the workbench is made of them."""
