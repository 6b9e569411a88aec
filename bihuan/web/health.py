"""Is it alive, can it work: two addresses for whoever watches the server."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bihuan.web.access import public

PLAIN = "text/plain; charset=utf-8"


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` while the process runs; touches nothing else."""
    return HttpResponse("ok", content_type=PLAIN)


@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when the database answers and is up to date, otherwise 503 with one sentence."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse(_("数据库连不上，请检查 BIHUAN_DATABASE_URL。"), status=503, content_type=PLAIN)
    if missing:
        said = _("数据库还没升级，差%(n)s步，请运行 bihuan init。") % {"n": len(missing)}
        return HttpResponse(said, status=503, content_type=PLAIN)
    return HttpResponse("ok", content_type=PLAIN)
