"""Which of many parameter sets?  A grid of cells, run anywhere, recorded as it goes, resumed.

The package names nothing itself: a worker imports `cell` alone and must stay light.
"""
