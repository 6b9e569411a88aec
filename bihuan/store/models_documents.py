"""Tables of papers: what was signed and frozen, who confirmed that it came, the county's own forms and unit codes."""

from django.db import models
from django.db.models import Q

INSTANT = 27
KEY = 64


class Document(models.Model):
    """文书: a signed paper. `content` is its canonical text, `digest` that text's hash, which its event holds too.

    `order` is 0 for a paper over many orders; `about` is then the unit whose orders it lists,
    or the number of the round or entry it is about. `n` counts within
    `series`, 0 for a paper without a number. `form` is the county's own docx it is printed on, 0 for ours.
    """

    id = models.BigIntegerField(primary_key=True)
    tenant = models.SmallIntegerField(default=1)
    order = models.BigIntegerField(default=0)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    kind = models.CharField(max_length=KEY)
    series = models.CharField(max_length=200, blank=True, default="")
    n = models.IntegerField(default=0)
    number = models.CharField(max_length=120, blank=True, default="")
    issuer = models.CharField(max_length=KEY, blank=True, default="")
    about = models.CharField(max_length=KEY, blank=True, default="")
    person = models.CharField(max_length=KEY, blank=True, default="")
    post = models.CharField(max_length=KEY, blank=True, default="")
    at = models.CharField(max_length=INSTANT)
    outward = models.BooleanField(default=False)
    content = models.TextField()
    digest = models.CharField(max_length=64)
    form = models.BigIntegerField(default=0)
    replaces = models.BigIntegerField(default=0)
    replaced = models.BigIntegerField(default=0)
    scan = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # The same number is never given twice, whatever else goes wrong.
            models.UniqueConstraint(fields=["tenant", "series", "n"], condition=~Q(n=0), name="document_number"),
        ]
        indexes = [
            models.Index(fields=["tenant", "order", "id"], name="document_order"),
            models.Index(fields=["tenant", "id"], name="document_id"),
            models.Index(fields=["tenant", "number"], condition=~Q(number=""), name="document_named"),
            models.Index(fields=["tenant", "about", "id"], condition=Q(order=0), name="document_about"),
        ]


class DocumentReceipt(models.Model):
    """签收: that a paper goes to a unit, and when and by whom the unit confirmed it; `at` is "" until then."""

    tenant = models.SmallIntegerField(default=1)
    document = models.BigIntegerField()
    unit = models.CharField(max_length=KEY)
    at = models.CharField(max_length=INSTANT, blank=True, default="")
    person = models.CharField(max_length=KEY, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "document", "unit"], name="receipt_unit")]
        indexes = [models.Index(fields=["tenant", "unit", "document"], condition=Q(at=""), name="receipt_open")]


class DocumentForm(models.Model):
    """公文模板: a county's own docx for a kind of paper. Kept for ever, for papers are printed on the one of their day."""

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=KEY)
    type = models.CharField(max_length=KEY)
    kind = models.CharField(max_length=KEY)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    names = models.JSONField(default=list)
    at = models.CharField(max_length=INSTANT)
    by = models.CharField(max_length=KEY, blank=True, default="")
    ended = models.CharField(max_length=INSTANT, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "type", "kind"], condition=Q(ended=""), name="document_form_in_use"
            )
        ]


class UnitCode(models.Model):
    """机关代字: what a unit's document numbers begin with."""

    unit = models.CharField(max_length=KEY, unique=True)
    code = models.CharField(max_length=20)
    at = models.CharField(max_length=INSTANT)
