// A reporter for vitest: writes "passed failed skipped" to $CI_REPORT/counts and the failures, with the first lines of
// their errors, to $CI_REPORT/failures. A hook that failed skips its tests, a file that could not be loaded holds none,
// and an error outside any test fails the run alone: each of them counts as a failure of its own.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const shownLines = 24;

export default class CiReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const failures = [
      ...suites.flatMap((suite) => failure(suite, suite.errors())),
      ...tests
        .filter((test) => test.result().state === 'failed')
        .flatMap((test) => failure(test, test.result().errors ?? [])),
      ...unhandledErrors.map((error) => `outside any test\n${text(error)}`),
    ];
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const counts = [count('passed'), failures.length, count('skipped')];
    writeFileSync(join(process.env.CI_REPORT, 'counts'), `${counts.join(' ')}\n`);
    writeFileSync(join(process.env.CI_REPORT, 'failures'), failures.map((each) => `${each}\n`).join(''));
  }
}

/** One failure, however many errors it has. */
function failure(entity, errors) {
  const file = (entity.module ?? entity).relativeModuleId;
  const place = entity.fullName === undefined ? file : `${file}\n  ${entity.fullName}`;
  const isFailedTest = entity.type === 'test';
  return errors.length > 0 || isFailedTest ? [[place, ...errors.map(text)].join('\n')] : [];
}

function text({ name = 'Error', message, diff = '', stack = '', cause }) {
  const frames = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !line.includes('node_modules/vit'));
  // A message alone says "expected [ Array(1) ]"; the difference says what is in it.
  const lines = [`${name}: ${message}`, stripVTControlCharacters(diff).trim(), ...frames]
    .flatMap((part) => (part === '' ? [] : part.split('\n')))
    .slice(0, shownLines);
  const because = cause ? `\n    because of ${cause.message ?? cause}` : '';
  return lines.map((line) => `    ${line.trimEnd()}`).join('\n') + because;
}
