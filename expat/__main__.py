"""`python -m expat` is `expat`."""

from expat.cli import main

main()
