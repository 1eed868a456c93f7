-- Looks at what is on its way have an end now, and are counted against it. Those of before came every three hours for ever: counted as they were, what is on its way since weeks
-- would be given up at the first look, for a reason that is not true. It is asked for once a day from here on, as long as what was sent two days ago.
UPDATE refund SET attempts = LEAST(attempts, 24) WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN');
UPDATE payment SET attempts = LEAST(attempts, 24) WHERE state IN ('CREATED', 'PENDING', 'UNKNOWN');
