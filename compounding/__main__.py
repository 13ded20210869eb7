"""`python -m compounding`: the same commands as `levigate`."""

from compounding.commands import main

if __name__ == "__main__":
    main()
