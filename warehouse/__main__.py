"""`python -m warehouse` is `sala`."""

from warehouse.cli import run

if __name__ == "__main__":
    run()
