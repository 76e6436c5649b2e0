"""A stand-in for Magnific: the same HTTP contract, answered from this machine. Imports no Django."""
