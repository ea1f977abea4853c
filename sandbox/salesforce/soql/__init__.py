"""SOQL: the declared grammar, read to trees and compiled to SQL."""
