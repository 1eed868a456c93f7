// Graphs of the last hour from the samples of the node. Counters become rates here; nothing of it is used for money.
(() => {
  'use strict';
  const root = document.getElementById('graphs');
  if (!root) return;
  const GIB = 2 ** 30;
  const limit = (name) => Number(root.dataset[name]);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rate = (samples, key, scale) => samples.map((s, i) => {
    if (i === 0) return null;
    const seconds = (Date.parse(s.at) - Date.parse(samples[i - 1].at)) / 1000;
    const grown = s[key] - samples[i - 1][key];
    return seconds > 0 && grown >= 0 ? grown / seconds / scale : null;
  });
  const level = (samples, key, scale) => samples.map((s) => s[key] / scale);
  const flat = (samples, value) => samples.map(() => value);
  const charts = {
    cpu: { unit: 'vCPU', series: (s) => [['used', rate(s, 'cpuUsec', 1e6)], ['held back', rate(s, 'cpuThrottledUsec', 1e6)], ['always yours', flat(s, limit('baseline') / 1000), true]] },
    bank: { unit: 'vCPU min', series: (s) => [['saved up', level(s, 'cpuTokens', 60000)], ['full', flat(s, limit('bank') / 60000), true]] },
    memory: { unit: 'GiB', series: (s) => [['used', level(s, 'memoryBytes', GIB)], ['your limit', flat(s, limit('memory') / GIB), true]] },
    disk: { unit: 'GiB', series: (s) => [['used', level(s, 'diskBytes', GIB)], ['your limit', flat(s, limit('disk') / GIB), true]] },
    network: { unit: 'kB/s', series: (s) => [['sent', rate(s, 'netTxBytes', 1000)], ['received', rate(s, 'netRxBytes', 1000)]] },
    processes: { unit: '', series: (s) => [['running', level(s, 'processes', 1)]] },
  };
  const shown = (value, unit) => (value == null ? '–' : `${+value.toPrecision(3)} ${unit}`.trim());
  const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const colours = () => [style('--tide'), style('--brass'), style('--quiet')];
  const axis = () => ({ stroke: style('--quiet'), grid: { stroke: style('--line'), width: 1 }, ticks: { stroke: style('--line') } });

  const draw = (card, chart, samples) => {
    const times = samples.map((s) => Date.parse(s.at) / 1000);
    const series = chart.series(samples);
    const last = series.filter(([, , dashed]) => !dashed).map(([name, values]) => `${name} ${shown(values[values.length - 1], chart.unit)}`);
    card.querySelector('.now').textContent = `Now: ${last.join(', ')}`;
    const data = [times, ...series.map(([, values]) => values)];
    if (card.plot) { card.plot.setData(data); return; }
    const host = card.querySelector('div');
    card.plot = new uPlot({
      width: Math.max(240, host.clientWidth),
      height: 180,
      scales: { y: { range: (u, min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [{ ...axis(), values: (u, ticks) => ticks.map(clock) }, { ...axis(), size: 56, values: (u, ticks) => ticks.map((t) => `${+t.toFixed(3)}`) }],
      legend: { live: false },
      series: [{}, ...series.map(([name, , dashed], i) => ({
        label: name, stroke: colours()[dashed ? 2 : i], width: dashed ? 1 : 2, dash: dashed ? [6, 4] : undefined,
        points: { show: samples.length < 3 }, value: (u, v) => shown(v, chart.unit),
      }))],
    }, data, host);
    new ResizeObserver(() => card.plot.setSize({ width: Math.max(240, host.clientWidth), height: 180 })).observe(host);
  };

  const refresh = async () => {
    const status = document.getElementById('graphs-status');
    try {
      const answer = await fetch(root.dataset.samples, { headers: { Accept: 'application/json' }, redirect: 'error' });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const samples = await answer.json();
      if (samples.length < 2) return;
      document.getElementById('graphs-empty').hidden = true;
      document.getElementById('charts').hidden = false;
      Object.entries(charts).forEach(([name, chart]) => draw(root.querySelector(`[data-chart="${name}"]`), chart, samples));
    } catch (e) {
      document.getElementById('graphs-empty').hidden = false;
      status.textContent = 'The measurements cannot be read at the moment. Trying again every ten seconds; if it stays so, reload the page.';
    }
  };
  refresh();
  window.setInterval(refresh, 10000);
})();
