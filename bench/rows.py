"""一页: the raw query of a queue page that pages and floors are measured against."""

QUEUE = (
    "SELECT id, number, title, state, category, priority, requester_name, lead, handler, due, yellow, orange FROM "
    "store_order WHERE tenant = 1 AND lead = %s AND NOT (lead = '') AND open AND queue = %s ORDER BY due, id LIMIT 51"
)
