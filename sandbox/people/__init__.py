"""Simulated salespeople: they do in Salesforce what people do there, on order or by themselves."""

from sandbox.people.crew import People

__all__ = ["People"]
