"""The numbers both teams see: pure functions from rows, no I/O, no clock.

`rates` (shares, Wilson interval, small samples, compliance, speed), `pace` (attainment of a goal in business
time), `cohorts` (stage rates by MQL date), `content` (what converted people had touched), `periods` (day, month and
quarter in the reporting zone, distinct people). Text and rounding belong to rendering; every figure carries the
counts it rests on.
"""
