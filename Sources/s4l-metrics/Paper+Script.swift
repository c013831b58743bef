extension Paper {
  static let script = #"""
    'use strict';
    const at = id => document.getElementById(id);
    const make = (name, text, kind) => {
      const made = document.createElement(name);
      if (text !== undefined) made.textContent = text;
      if (kind) made.className = kind;
      return made;
    };
    const few = 100;
    let token = '', state = null, showsAll = false, isAsking = false, isStale = false;
    let isPressed = false, isLate = false;

    const size = bytes => {
      const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
      let place = 0;
      while (bytes >= 1024 && place < 4) { bytes /= 1024; place++; }
      return (place ? bytes.toFixed(1) : bytes) + ' ' + units[place];
    };
    const span = seconds => seconds < 60 ? Number(seconds.toFixed(1)) + ' s'
      : seconds < 3600 ? Math.round(seconds / 60) + ' min' : (seconds / 3600).toFixed(1) + ' h';
    const moment = text => {
      const time = new Date(text);
      return isNaN(time) ? text : time.toLocaleString([], {
        month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    };
    const say = (words, isBad) => {
      at('said').textContent = words;
      at('said').className = isBad ? 'bad' : '';
    };

    const headers = () => {
      const all = { 'X-S4L-Request': '1' };
      if (token) all.Authorization = 'Bearer ' + token;
      return all;
    };
    const isAway = () => say('The server cannot be reached.', true);
    const act = (deed, wish, words) => {
      fetch('/api/' + deed, { method: 'POST', headers: headers(), body: JSON.stringify(wish) })
        .then(answer => answer.json().then(told => {
          if (answer.ok) say(words + ': ' + told.status);
          else if (answer.status === 401) {
            say('That needs the token.', true);
            at('token').focus();
          } else say(words + ': ' + told.error, true);
        })).catch(isAway).finally(load);
    };
    const button = (words, about, deed) => {
      const made = make('button', words);
      made.type = 'button';
      made.setAttribute('aria-label', words + ' ' + about);
      made.addEventListener('click', deed);
      return made;
    };

    const standing = job => job.running ? ['running', 'good'] : job.paused ? ['paused', 'odd']
      : job.enabled ? ['idle', 'quiet'] : ['off', 'quiet'];
    const fates = { success: 'good', partial: 'odd', failed: 'bad' };
    const result = run => run.fate + ', ' + run.files + ' files, ' + size(run.bytes) + ', '
      + span(run.seconds) + (run.failed ? ', ' + run.failed + ' failed' : '');

    const advance = told => {
      const more = told.counted ? '' : '+';
      const total = Math.max(told.total_bytes, told.bytes);
      const words = told.files + ' of ' + Math.max(told.total_files, told.files) + more
        + ' files, ' + size(told.bytes) + ' of ' + size(total) + more;
      const bar = make('progress');
      bar.max = total || 1;
      if (told.counted) bar.value = total ? told.bytes : 1;
      bar.setAttribute('aria-label', words);
      const made = make('small', words);
      made.prepend(bar);
      return made;
    };
    const row = job => {
      const made = make('tr');
      const name = make('th', job.name);
      name.scope = 'row';
      if (job.name !== job.id) name.append(' ', make('small', job.id, 'quiet'));
      made.append(name);
      const cell = (label, text, kind) => {
        const td = make('td', text, kind);
        td.dataset.label = label;
        made.append(td);
        return td;
      };
      const is = cell('State', ...standing(job));
      if (job.running && job.progress) is.append(' ', advance(job.progress));
      cell('Schedule', job.schedule);
      cell('Next', job.next && !job.paused ? moment(job.next) : '–');
      cell('Last', job.last ? moment(job.last.started) : 'never');
      if (job.last) cell('Result', result(job.last), fates[job.last.fate]);
      else cell('Result', '–');
      const deeds = make('td');
      if (job.kind !== 'repositories') {
        const run = button('Run', job.name, () => act('run', { job: job.id }, job.name));
        run.disabled = !job.enabled;
        const word = job.paused ? 'Resume' : 'Pause';
        run.dataset.key = 'run ' + job.id;
        const pause = button(word, job.name,
          () => act('pause', { job: job.id, paused: !job.paused }, job.name));
        pause.dataset.key = 'pause ' + job.id;
        deeds.append(run, pause);
      }
      made.append(deeds);
      return made;
    };

    const refill = (id, items, empty) => {
      at(id).replaceChildren(...(items.length ? items : [make('li', empty, 'quiet')]));
    };
    // A button that is made anew between press and release is not clicked: that waits.
    const mayShow = () => {
      isLate = isPressed;
      return !isPressed;
    };
    addEventListener('pointerdown', () => { isPressed = true; });
    for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, () => {
      isPressed = false;
      if (isLate) setTimeout(show);
    });
    const showJobs = () => {
      if (!mayShow()) return;
      const wanted = at('filter').value.toLowerCase();
      const found = state.jobs.filter(job =>
        (job.id + ' ' + job.name).toLowerCase().includes(wanted));
      const shown = showsAll ? found : found.slice(0, few);
      const held = document.activeElement && document.activeElement.dataset.key;
      at('rows').replaceChildren(...shown.map(row));
      at('more').hidden = shown.length === found.length;
      at('all').textContent = 'Show all ' + found.length;
      // Whoever stands on a button stays there.
      if (held) for (const one of at('rows').querySelectorAll('button'))
        if (one.dataset.key === held) one.focus();
    };
    const show = () => {
      if (!mayShow()) return;
      const running = state.jobs.filter(job => job.running).length;
      const daemon = state.daemon
        ? 'daemon up ' + span(state.daemon.uptime) + ', ' + size(state.daemon.memory)
        : 'no daemon is running';
      at('summary').textContent =
        state.jobs.length + ' jobs, ' + running + ' running; ' + daemon;
      showJobs();
      charts(state.runs);
      refill('failures', state.failed.map(item => {
        const made = make('li', item.path);
        made.append(make('div', item.job + (item.reason ? ': ' + item.reason : ''), 'quiet'));
        return made;
      }), 'None in the last runs.');
      at('queues').replaceChildren(...(state.queues || []).map(queue => {
        const made = make('tr');
        const name = make('th', queue.queue + (queue.paused ? ' (paused)' : ''));
        name.scope = 'row';
        made.append(name);
        for (const of of ['pending', 'active', 'scheduled', 'retry', 'archived'])
          made.append(make('td', queue[of]));
        return made;
      }));
      refill('dead', (state.dead || []).map(task => {
        const made = make('li');
        made.append(
          button('Retry', 'task ' + task.id,
            () => act('retry', { queue: task.queue, id: task.id }, 'Task')),
          make('span', task.kind + ' ' + task.about),
          make('div', task.reason, 'bad'));
        return made;
      }), state.flaw || 'No task was given up.');
      refill('processes', (state.daemon ? state.daemon.children : []).map(child =>
        make('li', child.name + ': ' + child.state + ', process ' + child.pid
          + (child.restarts ? ', begun anew ' + child.restarts + ' times' : ''))),
        'No daemon is running.');
      const lines = at('lines');
      const isAtEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 4;
      lines.textContent = state.log.join('\n') || 'Nothing was logged to a file.';
      if (isAtEnd) lines.scrollTop = lines.scrollHeight;
    };

    const load = () => {
      if (isAsking) { isStale = true; return; }
      isAsking = true;
      isStale = false;
      fetch('/api/state', { headers: headers() }).then(answer => {
        if (answer.status === 401) return say('This page needs the token.', true);
        if (!answer.ok) return say('What there is cannot be read; the log says why.', true);
        return answer.json().then(told => {
          state = told;
          show();
          document.documentElement.dataset.ready = '1';
        });
      }).catch(isAway).finally(() => {
        isAsking = false;
        if (isStale) load();
      });
    };

    at('key').addEventListener('submit', event => {
      event.preventDefault();
      token = at('token').value;
      at('token').value = '';
      say(token ? 'The token is kept until this page is closed.' : 'The token is forgotten.');
      load();
    });
    at('filter').addEventListener('input', () => state && showJobs());
    at('all').addEventListener('click', () => { showsAll = true; showJobs(); at('jobs').focus(); });
    load();
    if (location.hash !== '#still') {
      const news = new EventSource('/events');
      news.addEventListener('change', load);
      news.addEventListener('progress', () => {
        fetch('/api/progress', { headers: headers() }).then(answer => answer.ok && answer.json())
          .then(told => {
            if (!told || !state) return;
            for (const job of state.jobs) {
              job.running = job.id in told;
              job.progress = told[job.id];
            }
            showJobs();
          }).catch(isAway);
      });
    }

    """#

  static let chart = #"""
    function charts(runs) {
      const kinds = [
        ['Bytes a run', run => run.bytes, size],
        ['Files a run', run => run.files, String],
        ['Duration', run => run.seconds, span],
      ];
      const space = 'http://www.w3.org/2000/svg';
      at('charts').replaceChildren(...kinds.map(([name, value, words]) => {
        const most = Math.max(0, ...runs.map(value));
        const svg = document.createElementNS(space, 'svg');
        svg.setAttribute('viewBox', '0 0 60 20');
        svg.setAttribute('preserveAspectRatio', 'none');
        svg.setAttribute('role', 'img');
        svg.setAttribute('aria-label',
          name + ' of the last ' + runs.length + ' runs; at most ' + words(most));
        runs.forEach((run, place) => {
          const bar = document.createElementNS(space, 'rect');
          const height = most ? Math.max(.3, value(run) / most * 20) : .3;
          bar.setAttribute('x', place + 60 - runs.length);
          bar.setAttribute('y', 20 - height);
          bar.setAttribute('width', .8);
          bar.setAttribute('height', height);
          bar.setAttribute('class', run.fate);
          const title = document.createElementNS(space, 'title');
          title.textContent = run.job + ', ' + moment(run.started) + ': ' + words(value(run));
          bar.append(title);
          svg.append(bar);
        });
        const figure = make('figure');
        figure.append(make('figcaption', name + ', at most ' + words(most)), svg);
        return figure;
      }));
    }

    """#
}
