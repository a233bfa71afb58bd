import { expect, test } from 'vitest';
import { translate } from '../src/errors.ts';

// Said by a real Cluster while its masters and replicas changed places.
test.each([
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)',
  'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
  'ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.',
  'MOVED 10445 127.0.0.1:37279',
  "READONLY You can't write against a read only replica.",
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
])('a server that is no master any more is an outage, which a group waits out: %s', (message) => {
  expect(translate(new Error(message), 'a commit')).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
});

test.each([
  "ERR The user executing the script can't run this command or subcommand",
  "ERR ACL failure in script: User shop has no permissions to run the 'time' command",
  "NOPERM User shop has no permissions to run the 'wait' command",
])('what a user may not do is told as that, however the server says it: %s', (message) => {
  expect(translate(new Error(message), 'a commit')).toMatchObject({ code: 'UNAUTHORIZED', retryable: false });
});

test('a server without room for another connection is an outage', () => {
  const error = translate(new Error('ERR max number of clients reached'), 'cannot open');
  expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
});

test.each([
  [
    "ERR unknown command 'info', with args beginning with: ",
    /know the command INFO, which streams need; is it/,
  ],
  [
    'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.',
    /: there is no connection to the server now$/,
  ],
])('what only the server or its client understands is said plainly: %s', (message, plain) => {
  expect(translate(new Error(message), 'cannot open').message).toMatch(plain);
});
