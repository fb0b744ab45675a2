"""Did it work?  Pure functions of arrays that return frozen results; nothing here runs a hedge.

The engine imports none of it.
"""
