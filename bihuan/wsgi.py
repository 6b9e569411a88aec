"""The entrance for a WSGI server: `granian --interface wsgi bihuan.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

application = get_wsgi_application()
# What stands after the start stays: looking through it again and again for garbage is a tenth of every page.
gc.freeze()
gc.set_threshold(10_000, 10, 10)
