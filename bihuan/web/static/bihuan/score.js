/* 现场测评: answers are kept on the phone until the server has them. Without it the page is a plain form. */
(function () {
  'use strict';
  var form = document.querySelector('[data-score]'), list = document.getElementById('units');
  var box = document.getElementById('outbox'), KEY = 'score:' + location.pathname, RETRY_MS = 5000;
  var units = [], at = 0, warned = -1, sending = false, ended = false, after = null;
  if (!list || !box) return;

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch (e) { return {}; }
  }
  function keep(all) {
    try {
      if (Object.keys(all).length) localStorage.setItem(KEY, JSON.stringify(all));
      else localStorage.removeItem(KEY);
      return true;
    } catch (e) { return false; }
  }
  function put(text, where, n) { return where.getAttribute('data-' + text).replace('{n}', n); }
  function count(given) { return Object.keys(given).filter(function (key) { return given[key]; }).length; }
  function criteria() { return form ? form.querySelectorAll('fieldset.score') : []; }

  Array.prototype.forEach.call(list.querySelectorAll('[data-unit]'), function (item) {
    var key = item.getAttribute('data-unit'), waiting = read()[key];
    var given = JSON.parse(item.getAttribute('data-given'));
    units.push({ key: key, name: item.getAttribute('data-name'), given: waiting || given });
  });

  function say(text, bad) {
    box.hidden = !text;
    box.textContent = text;
    box.className = 'note down ' + (bad ? 'stop' : 'warn');
  }
  function waiting() {
    var n = Object.keys(read()).length;
    if (!ended) say(n ? put('wait', box, n) : '');
    return n;
  }
  function full(unit) { return count(unit.given) === criteria().length; }

  function show() {
    var unit = units[at], done = units.filter(full).length;
    form.elements.unit.value = unit.key;
    Array.prototype.forEach.call(form.querySelectorAll('input[type=radio]'), function (one) {
      one.checked = unit.given[one.name.slice(2)] === one.value;
    });
    document.getElementById('name').textContent = unit.name;
    document.getElementById('place').textContent = document.getElementById('place').getAttribute('data-place')
      .replace('{n}', at + 1).replace('{all}', units.length);
    document.getElementById('done').textContent = put('done', document.getElementById('done'), done);
    document.getElementById('bar').value = done;
    document.getElementById('bar').setAttribute('aria-label', document.getElementById('done').textContent);
    document.getElementById('hint').textContent = '';
    form.querySelector('[data-skip]').setAttribute('href', '?n=' + (at + 2));
    warned = -1;
  }
  /* What a quick thumb tapped before this script came counts: it is newer than all that is kept. */
  function tapped(unit) {
    Array.prototype.forEach.call(form.querySelectorAll('input[type=radio]'), function (one) {
      if (one.checked && !one.defaultChecked) unit.given[one.name.slice(2)] = one.value;
    });
  }
  function next() {
    at += 1;
    if (at < units.length) { show(); window.scrollTo(0, 0); return; }
    at = units.length - 1;
    flush(function () {
      var n = Object.keys(read()).length;
      if (!n && !ended) location.href = location.pathname + '?n=0';
      else if (!ended) say(put('done', box, n));
    });
  }

  function settle() {
    var then = after;
    after = null;
    waiting();
    if (then) then();
  }
  /* one after another: the last answer about a unit is the one that counts */
  function flush(then) {
    var all = read(), key = Object.keys(all)[0], data, sent;
    if (then) after = then;
    if (sending) return;
    if (!key || ended) { settle(); return; }
    sending = true;
    sent = JSON.stringify(all[key]);
    data = new FormData();
    data.append('csrfmiddlewaretoken', document.querySelector('[name=csrfmiddlewaretoken]').value);
    data.append('unit', key);
    Object.keys(all[key]).forEach(function (one) { data.append('k-' + one, all[key][one]); });
    fetch(location.pathname, {
      method: 'POST', body: data, credentials: 'same-origin', headers: { Accept: 'application/json' }
    })
      .then(function (answer) {
        if (answer.status === 409 || answer.status === 404) {
          return answer.json().then(function (told) { ended = true; keep({}); say(told.said, true); });
        }
        if (!answer.ok) throw new Error(String(answer.status));
        all = read();
        if (JSON.stringify(all[key]) === sent) { delete all[key]; keep(all); }
        return null;
      })
      .then(function () { sending = false; flush(); }, function () { sending = false; settle(); });
  }

  if (form) {
    units.forEach(function (unit, n) { if (unit.key === form.elements.unit.value) at = n; });
    tapped(units[at]);
    show();
    form.addEventListener('submit', function (e) {
      var given = {}, all = read(), missing;
      Array.prototype.forEach.call(form.querySelectorAll('input:checked'), function (one) {
        given[one.name.slice(2)] = one.value;
      });
      missing = criteria().length - count(given);
      all[units[at].key] = given;
      if (!keep(all)) return; /* no store on this phone: the plain form goes */
      e.preventDefault();
      units[at].given = given;
      if (missing && missing < criteria().length && warned !== at) {
        warned = at;
        document.getElementById('hint').textContent = put('short', form, missing);
        flush();
        return;
      }
      if (at < units.length - 1) flush();
      next();
    });
    form.querySelector('[data-skip]').addEventListener('click', function (e) { e.preventDefault(); next(); });
  }
  window.addEventListener('online', function () { flush(); });
  setInterval(function () { if (Object.keys(read()).length) flush(); }, RETRY_MS);
  flush();
})();
