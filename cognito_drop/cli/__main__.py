"""`python -m cognito_drop.cli` is `cognito-drop`."""

from __future__ import annotations

from cognito_drop.cli.main import main

if __name__ == "__main__":
    main()
