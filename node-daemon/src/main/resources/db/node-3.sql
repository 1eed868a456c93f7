UPDATE meter SET state = json_object(
  'look', json_object(
    'bootId', json_extract(state, '$.bootId'),
    'monotonicNanos', json_extract(state, '$.monotonicNanos'),
    'utcMillis', json_extract(state, '$.utcMillis'),
    'running', json(iif(json_extract(state, '$.running'), 'true', 'false'))),
  'raw', json_extract(state, '$.raw'),
  'offset', json_extract(state, '$.offset'),
  'sums', json_object(
    'memory', json_extract(state, '$.memory'),
    'disk', json_extract(state, '$.disk'),
    'address', json_extract(state, '$.address'),
    'uptime', json_extract(state, '$.uptime')),
  'addresses', json_extract(state, '$.addresses'),
  'epoch', json_extract(state, '$.epoch'),
  'readingUtcMillis', json_extract(state, '$.readingUtcMillis'));
