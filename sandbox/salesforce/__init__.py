"""Salesforce on loopback: its REST, Tooling, SOQL and token endpoints over the sandbox's state."""
