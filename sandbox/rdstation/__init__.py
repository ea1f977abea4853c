"""RD Station Marketing's API 2.0 on loopback, as its documents describe it."""
