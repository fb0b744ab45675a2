"""`python -m microhedge` is the command `microhedge`."""

from microhedge.cli import entry

if __name__ == "__main__":
    entry()
