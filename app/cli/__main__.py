"""`python -m app.cli` is `jixiao`."""

import sys

from app.cli import main

sys.exit(main())
