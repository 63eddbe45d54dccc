"""The bundled fictional outlets, and the little server that puts them on loopback addresses."""
