"""`python -m reflect2protect`"""

import sys

from reflect2protect.config.commands import main

if __name__ == "__main__":
    sys.exit(main())
