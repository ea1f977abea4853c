"""RD Station Marketing as marketing platform."""
