"""Who is tied to whom: counted, judged, drawn."""
