"""The entrance for a WSGI server: `granian --interface wsgi bihuan.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

application = get_wsgi_application()
