"""附件在公众页上: papers on their way in without sign-in, kept through a form that comes back with faults."""

from __future__ import annotations

from allauth.core import ratelimit
from django.core import signing
from django.utils.translation import gettext as _

from bihuan.actions import files
from bihuan.core.refusal import Refused
from bihuan.store import attachments
from bihuan.web.access import Asked
from bihuan.words.problems import file_sentence

KEPT = "kept_files"
SALT = "bihuan.public.files"
KEPT_FOR = 24 * 3600  # seconds for which a form that came back with faults remembers its files


def received(request: Asked) -> tuple[list[tuple[int, str]], str]:
    """Keep the files of this form and return those that arrived now or before as (id, name), and what was wrong.

    Ids that came with an earlier try are signed: nobody takes another's file by guessing its number.
    """
    kept = [(id_, name) for id_, name in _kept_before(request) if f"{id_}" not in request.POST.getlist("drop")]
    there = attachments.waiting(id_ for id_, _name in kept) if kept else set()
    gone = [name for id_, name in kept if id_ not in there]
    kept = [(id_, name) for id_, name in kept if id_ in there]
    fault = _("“%(name)s”放了一天多没有提交，已经清掉了，请重新选。") % {"name": gone[0]} if gone else ""
    if request.FILES and not ratelimit.consume(request, action="papers"):
        return kept, _("这个网络一小时内传的文件太多了，这次的文件没有收。请先提交文字，过后在补充情况时再传。")
    for upload in request.FILES.getlist(files.FIELD):
        if len(kept) >= files.MOST:
            return kept, _("一次最多%(n)s个文件，多出来的没有收。可在补充情况时再传。") % {"n": files.MOST}
        try:
            kept.append((files.keep(upload, by="", now=request.now), files.clean_name(upload.name or "")))
        except Refused as why:
            fault = fault or file_sentence(why)
    return kept, fault


def kept_field(kept: list[tuple[int, str]]) -> str:
    """Return the signed list of files for a hidden field, "" for none."""
    return signing.dumps(kept, salt=SALT) if kept else ""


def _kept_before(request: Asked) -> list[tuple[int, str]]:
    text = request.POST.get(KEPT, "")
    if not text:
        return []
    try:
        found = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    return [(int(id_), str(name)) for id_, name in found]
