#!/usr/bin/env python
"""Django's own commands, for developers. To run a campaign: `python -m reflect2protect`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    execute_from_command_line(sys.argv)
