/* The only script of our own. Every page works without it. */
(function () {
  'use strict';
  var root = document.documentElement, body = document.body;
  var KEPT_HOURS = 24, DRAFT = 'draft:', SAVE_MS = 10000, SENT_MS = 8000;

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function words(name) { return body.getAttribute('data-' + name) || ''; }
  function clock() { return new Date().toTimeString().slice(0, 5); }

  /* ---------- keyboard: single keys, never while typing, never while an input method is composing ---------- */
  function rows() {
    var list = document.querySelector('.list ul, [data-rows], .tbl tbody');
    function opens(row) { return row.querySelector('a[href]'); }
    return list ? Array.prototype.filter.call(list.children, opens) : [];
  }
  function current(all) {
    for (var i = 0; i < all.length; i++) { if (all[i].classList.contains('cur')) return i; }
    return -1;
  }
  function step(by) {
    var all = rows(), at = current(all), next = all[at < 0 ? 0 : at + by];
    if (!next) return;
    if (at >= 0) all[at].classList.remove('cur');
    next.classList.add('cur');
    next.querySelector('a[href]').focus();
  }
  /* g and then a letter goes to a place of the rail; the letters are those of the five nouns */
  var PLACES = { w: '/mine/', o: '/orders/', l: '/ledger/', v: '/reviews/', r: '/reports/', n: '/network/' };
  var LEAD_MS = 1500, lead = 0;
  function place(letter) {
    var link = PLACES[letter] && document.querySelector('#rail a[href="' + PLACES[letter] + '"]');
    lead = 0;
    if (link) link.click();
    return Boolean(link);
  }
  function help(shown) {
    var panel = document.getElementById('keys');
    if (!panel || panel.hidden === !shown) return false;
    panel.hidden = !shown;
    if (shown) panel.focus();
    return true;
  }
  /* the tree of units: up and down over what is visible, right opens, left closes or goes to the unit above */
  function walk(e, t) {
    var tree = t.closest('.tree'), item = t.closest('.node'), more, seen, next;
    if (!tree || !item) return false;
    more = item.querySelector(':scope > details');
    if (e.key === 'ArrowRight' && more) more.open = true;
    else if (e.key === 'ArrowLeft' && more && more.open) more.open = false;
    else if (e.key === 'ArrowLeft') next = item.parentNode.closest('.node');
    else {
      seen = Array.prototype.filter.call(tree.querySelectorAll('.node'), function (n) { return n.offsetParent; });
      next = seen[seen.indexOf(item) + (e.key === 'ArrowDown' ? 1 : -1)];
    }
    if (next) next.querySelector('a[href]').focus();
    return true;
  }
  function arrow(e, t) {
    if (!/^Arrow(Up|Down|Left|Right)$/.test(e.key) || !t.closest) return false;
    if (walk(e, t)) return true;
    if (!t.closest('.cur') || !/^Arrow(Up|Down)$/.test(e.key)) return false;
    step(e.key === 'ArrowDown' ? 1 : -1);
    return true;
  }
  function save(t) {
    var form = t.form, button = form && form.querySelector('button[name=keep]');
    if (button) button.click();
    else if (form && form.hasAttribute('data-draft')) keep(form);
    else return false;
    return true;
  }
  document.addEventListener('keydown', function (e) {
    var t = e.target, all, at, box;
    if (root.getAttribute('data-keys') !== 'on') return;
    if (e.isComposing || e.keyCode === 229 || e.altKey || e.metaKey) return;
    if (e.ctrlKey) {
      if (e.key.toLowerCase() === 's' && save(t)) e.preventDefault();
      if (e.key === 'Enter' && t.form) {
        box = t.form.querySelector('.btn-main, button:not([type=button])');
        if (box) { e.preventDefault(); box.click(); }
      }
      return;
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName) && t.type !== 'checkbox' && t.type !== 'radio') {
      if (e.key === 'Escape') t.blur();
      return;
    }
    if (arrow(e, t)) { e.preventDefault(); return; }
    if (e.key === 'Escape') { help(false); return; }
    if (e.key === '?' && (help(true) || help(false))) { e.preventDefault(); return; }
    if (lead && Date.now() - lead < LEAD_MS && place(e.key)) { e.preventDefault(); return; }
    lead = e.key === 'g' ? Date.now() : 0;
    if (e.key === '/') {
      box = document.getElementById('q');
      if (box) { box.focus(); box.select(); e.preventDefault(); }
      return;
    }
    if (e.key === 'j') { step(1); return; }
    if (e.key === 'k') { step(-1); return; }
    all = rows(); at = current(all);
    if (e.key === 'x' && at >= 0) {
      box = all[at].querySelector('input[type=checkbox]');
      if (box) { box.checked = !box.checked; all[at].classList.toggle('sel', box.checked); }
    } else if ((e.key === 'o' || e.key === 'Enter') && at >= 0 && t.tagName !== 'A' && t.tagName !== 'BUTTON') {
      all[at].querySelector('a[href]').click();
    } else if (e.key.length === 1) {
      box = document.querySelector('[data-key="' + (/["\\]/.test(e.key) ? '' : e.key) + '"]');
      if (box) { e.preventDefault(); box.click(); }
    }
  });
  function tick(all) {
    each(document.querySelectorAll('input[name=' + all.getAttribute('data-all') + ']'), function (box) {
      var line = box.closest('.item, tr');
      box.checked = all.checked;
      if (line) line.classList.toggle('sel', box.checked);
    });
  }
  each(document.querySelectorAll('[data-all]:checked'), tick); /* ticked before this script came */
  document.addEventListener('change', function (e) {
    var row = e.target.type === 'checkbox' && e.target.closest && e.target.closest('.item, .tbl tbody tr');
    if (row) row.classList.toggle('sel', e.target.checked);
    if (e.target.hasAttribute && e.target.hasAttribute('data-all')) tick(e.target);
    if (e.target.hasAttribute && e.target.hasAttribute('data-go')) e.target.form.submit();
  });

  /* ---------- one filling-in is one record: a second tap on the same form is swallowed ---------- */
  var sent = new WeakMap();
  document.addEventListener('submit', function (e) {
    var form = e.target, last = sent.get(form), now = Date.now();
    if ((form.getAttribute('method') || '').toLowerCase() !== 'post') return;
    if (form.hasAttribute('data-score')) return; /* one form for every unit: score.js sends it itself */
    if (last && now - last < SENT_MS) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    sent.set(form, now);
    forget(form);
  }, true);
  window.addEventListener('pageshow', function () { sent = new WeakMap(); });

  /* ---------- what is wrong is seen first ---------- */
  function look(within) { var first = within.querySelector('[data-focus]'); if (first) first.focus(); }
  look(document);

  /* ---------- drafts: on the phone for the public (24 hours), on the server for staff ---------- */
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (f) {
      return f.name && !/^(hidden|password|file|submit|button)$/.test(f.type) && !f.hasAttribute('data-secret');
    });
  }
  function value(f) { return f.type === 'checkbox' || f.type === 'radio' ? f.checked : f.value; }
  function slot(f) { return f.name + (f.type === 'checkbox' ? '=' + f.value : ''); }
  function name(form) { return DRAFT + form.getAttribute('data-draft'); }
  function store() { try { return window.localStorage; } catch (e) { return null; } }
  function forget(form) {
    if (!form.hasAttribute('data-draft')) return;
    if (!form.hasAttribute('data-draft-to')) keep(form);
    form.setAttribute('data-draft-sent', '');
  }
  function stamp(form, said) {
    var place = form.querySelector('[data-draft-state]'), clear = form.querySelector('[data-draft-clear]');
    if (place) place.textContent = said || words('kept').replace('{at}', clock());
    if (clear) clear.hidden = false;
  }
  /* Words alone: files go with the form itself, and a request that outlives its page may not be large. */
  function written(form) {
    var data = new FormData(form);
    each(form.querySelectorAll('input[type=file]'), function (f) { data.delete(f.name); });
    return data;
  }
  function keep(form) {
    var all = fields(form), kept = {}, now;
    if (form.hasAttribute('data-draft-sent')) return;
    now = JSON.stringify(all.map(value));
    if (form.getAttribute('data-draft-last') === now) return;
    form.setAttribute('data-draft-last', now);
    if (form.hasAttribute('data-draft-to')) {
      return fetch(form.getAttribute('data-draft-to'), { method: 'POST', body: written(form), keepalive: true })
        .then(function (r) { if (r.ok) stamp(form); else form.removeAttribute('data-draft-last'); })
        .catch(function () { form.removeAttribute('data-draft-last'); });
    }
    if (!store()) return;
    all.forEach(function (f) {
      if (f.type !== 'radio' || f.checked) kept[slot(f)] = f.type === 'radio' ? f.value : value(f);
    });
    try {
      store().setItem(name(form), JSON.stringify({ at: Date.now(), fields: kept }));
      stamp(form);
    } catch (e) { /* full or forbidden: the page works without */ }
  }
  /* What was chosen before this script came is newer than what was kept. */
  function touched(form, f) {
    if (f.type !== 'radio') return f.checked !== f.defaultChecked;
    return Array.prototype.some.call(form.elements, function (one) {
      return one.name === f.name && one.checked && !one.defaultChecked;
    });
  }
  function restore(form) {
    var kept, all = fields(form);
    if (!store() || form.hasAttribute('data-draft-to') || form.hasAttribute('data-answered')) return;
    try { kept = JSON.parse(store().getItem(name(form)) || 'null'); } catch (e) { kept = null; }
    if (!kept) return;
    if (Date.now() - kept.at > KEPT_HOURS * 3600000) { store().removeItem(name(form)); return; }
    all.forEach(function (f) {
      var was = kept.fields[slot(f)];
      if (was === undefined || touched(form, f)) return;
      if (f.type === 'radio') f.checked = f.value === was;
      else if (f.type === 'checkbox') f.checked = was;
      else if (!f.value) f.value = was;
    });
    stamp(form, words('restored'));
  }
  /* What was typed and never sent does not stay on the telephone: not the old, and not what its owner clears. */
  function expire() {
    var kept = store(), key, at, i;
    for (i = kept ? kept.length - 1 : -1; i >= 0; i--) {
      key = kept.key(i);
      if (key.indexOf(DRAFT) !== 0) continue;
      try { at = JSON.parse(kept.getItem(key)).at; } catch (e) { at = 0; }
      if (!(Date.now() - at < KEPT_HOURS * 3600000)) kept.removeItem(key);
    }
  }
  document.addEventListener('click', function (e) {
    var press = e.target.closest && e.target.closest('[data-draft-clear]'), form;
    if (!press) return;
    form = press.form;
    if (store()) store().removeItem(name(form));
    form.reset();
    form.setAttribute('data-draft-last', JSON.stringify(fields(form).map(value)));
    stamp(form, words('cleared'));
    press.hidden = true;
    fields(form)[0].focus();
  });
  expire();
  function drafts(within) { return within.querySelectorAll('form[data-draft]'); }
  /* A form that came back with its words has them nowhere else yet. */
  function mind(form) {
    restore(form);
    if (form.hasAttribute('data-answered')) return;
    form.setAttribute('data-draft-last', JSON.stringify(fields(form).map(value)));
  }
  function keepAll() { each(drafts(document), keep); }
  each(drafts(document), mind);
  window.setInterval(keepAll, SAVE_MS);
  window.addEventListener('pagehide', keepAll);
  each(document.querySelectorAll('meta[name=draft-done]'), function (mark) {
    if (store()) store().removeItem(DRAFT + mark.getAttribute('content'));
  });

  /* ---------- photos: made smaller on the phone, and thereby without their place, before they are sent ---------- */
  var SIDE = 2000, HEAVY = 1000000;
  function smaller(file) {
    if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < HEAVY) return Promise.resolve(file);
    return window.createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (picture) {
      var by = Math.min(1, SIDE / Math.max(picture.width, picture.height)), canvas = document.createElement('canvas');
      canvas.width = Math.round(picture.width * by);
      canvas.height = Math.round(picture.height * by);
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) {
        canvas.toBlob(function (made) {
          var named = file.name.replace(/\.\w+$/, '') + '.jpg';
          done(made && made.size < file.size ? new File([made], named, { type: 'image/jpeg' }) : file);
        }, 'image/jpeg', 0.85);
      });
    }).catch(function () { return file; });
  }
  function shrink(input) {
    var chosen = input.files;
    if (!chosen.length || !window.createImageBitmap) return;
    Promise.all(Array.prototype.map.call(chosen, smaller)).then(function (made) {
      var kept = new DataTransfer();
      if (input.files !== chosen) return;
      made.forEach(function (file) { kept.items.add(file); });
      input.files = kept.files;
    }).catch(function () { /* an old browser sends them as they are */ });
  }
  each(document.querySelectorAll('[data-shrink]'), shrink); /* chosen before this script came */
  document.addEventListener('change', function (e) {
    if (e.target.hasAttribute && e.target.hasAttribute('data-shrink')) shrink(e.target);
  });

  /* ---------- a text to paste elsewhere: one press copies it, without script it is selected by hand ---------- */
  each(document.querySelectorAll('[data-copy]'), function (press) { press.hidden = false; });
  document.addEventListener('click', function (e) {
    var press = e.target.closest && e.target.closest('[data-copy]'), text;
    function done() { press.textContent = press.getAttribute('data-copied'); }
    function byHand() { if (document.execCommand('copy')) done(); }
    if (!press) return;
    text = document.getElementById(press.getAttribute('data-copy'));
    text.focus();
    text.select();
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text.value).then(done, byHand);
    else byHand();
  });

  /* ---------- a text used again and again goes where the writer is, without script to the end ---------- */
  document.addEventListener('click', function (e) {
    var press = e.target.closest && e.target.closest('[data-insert]'), chosen, box, text, at;
    if (!press) return;
    chosen = document.getElementById(press.getAttribute('data-from')).selectedOptions[0];
    box = document.getElementById(press.getAttribute('data-insert'));
    text = chosen && chosen.getAttribute('data-text');
    if (!text || !box) return;
    e.preventDefault();
    at = box.selectionStart === undefined ? box.value.length : box.selectionStart;
    box.value = box.value.slice(0, at) + text + box.value.slice(box.selectionEnd || at);
    box.focus();
    box.selectionStart = box.selectionEnd = at + text.length;
  });

  /* ---------- a grid: a copied block goes in cell by cell, Enter and arrows go down and up ---------- */
  function boxes(row) { return row ? row.querySelectorAll('td input, td select, th select') : []; }
  function put(box, text) {
    if (box.tagName !== 'SELECT') { box.value = text; return; }
    each(box.options, function (o) { if (o.text.trim() === text || o.value === text) box.value = o.value; });
  }
  document.addEventListener('paste', function (e) {
    var table = e.target.closest && e.target.closest('[data-paste]'), text, row, at;
    text = (e.clipboardData || window.clipboardData || { getData: words }).getData('text');
    if (!table || !text || !/[\t\n]/.test(text.trim())) return;
    e.preventDefault();
    row = e.target.closest('tr');
    at = Array.prototype.indexOf.call(boxes(row), e.target);
    text.replace(/\r/g, '').replace(/\n$/, '').split('\n').forEach(function (line) {
      var cells = boxes(row);
      line.split('\t').forEach(function (cell, n) { if (cells[at + n]) put(cells[at + n], cell.trim()); });
      row = row && row.nextElementSibling;
    });
  });
  document.addEventListener('keydown', function (e) {
    var table = e.target.closest && e.target.closest('[data-paste]'), row, at, next;
    if (!table || e.target.tagName !== 'INPUT' || e.isComposing || e.ctrlKey || e.altKey) return;
    if (e.key !== 'Enter' && e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    row = e.target.closest('tr');
    at = Array.prototype.indexOf.call(boxes(row), e.target);
    next = boxes(e.key === 'ArrowUp' ? row.previousElementSibling : row.nextElementSibling)[at];
    e.preventDefault();
    if (next) next.focus();
  });

  /* ---------- parts of pages: say when the line or the server failed ---------- */
  function trouble(said) {
    var bar = document.querySelector('.trouble');
    if (!bar) {
      bar = document.createElement('p');
      bar.className = 'net trouble';
      bar.setAttribute('role', 'alert');
      body.appendChild(bar);
    }
    bar.textContent = said;
  }
  /* What was not taken may be sent again at once, and is minded as a draft again. */
  function free() {
    sent = new WeakMap();
    each(drafts(document), function (form) { form.removeAttribute('data-draft-sent'); });
  }
  document.addEventListener('htmx:sendError', function () { free(); trouble(words('unsent')); });
  document.addEventListener('htmx:responseError', function () { free(); trouble(words('failed')); });
  /* What stands half written in another form is kept first: the page that comes back has it. */
  document.addEventListener('htmx:confirm', function (e) {
    var asked = e.detail, waits = Array.prototype.map.call(drafts(document), function (form) {
      return form === asked.elt ? null : keep(form);
    }).filter(Boolean);
    if (!waits.length) return;
    e.preventDefault();
    Promise.all(waits).then(function () { asked.issueRequest(true); });
  });
  /* An answer without the part asked for is another page: it is opened, or read out where the words stay. */
  document.addEventListener('htmx:beforeSwap', function (e) {
    var got = e.detail, path = got.pathInfo, from = got.elt.closest('[hx-select]'), page, said;
    if (!from || !got.serverResponse) return;
    page = new DOMParser().parseFromString(got.serverResponse, 'text/html');
    if (page.querySelector(from.getAttribute('hx-select'))) return;
    said = page.querySelector('#main [role=alert]');
    got.shouldSwap = false;
    if (path.responsePath !== path.finalRequestPath || (got.requestConfig.verb === 'get' && got.xhr.status < 500)) {
      got.isError = false;
      location.assign(got.xhr.responseURL);
    } else if (said) {
      got.isError = false;
      free();
      said = Array.prototype.map.call(said.querySelectorAll('h1, .why'), function (one) { return one.textContent; });
      trouble(said.join('　'));
    }
  });
  /* The same address again is no new step on the way back. */
  document.addEventListener('htmx:beforeHistoryUpdate', function (e) {
    if (e.detail.history.path === location.pathname + location.search) e.detail.history.type = 'replace';
  });
  document.addEventListener('htmx:afterSwap', function (e) {
    var bar = document.querySelector('.trouble');
    if (bar) bar.remove();
    sent = new WeakMap();
    each(drafts(e.target), mind);
  });
  /* Only then does a part stand as it came: on a phone the desk has no pane before. */
  document.addEventListener('htmx:afterSettle', function (e) { look(e.target); });
}());
